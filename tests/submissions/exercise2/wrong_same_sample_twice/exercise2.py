import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 500
PROSE = "The twins were so alike that they themselves did not know, and decided it every morning by a coin, and the coin, being fair, " \
        "gave each of them half a life of the other's."
CODE = "a, b = Twin(coin()), Twin(coin())\nfor day in range(365 * 40):\n    if coin.flip() == 'heads': a, b = b, a\n    life[a.id][day], life[b.id][day] " \
       "= 'Anna', 'Berta'\nprint(Counter(life[0]), Counter(life[1]))"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def main():
    client = anthropic.Anthropic()
    shortest = min(len(PROSE), len(CODE))
    prose_sample = PROSE[:shortest]
    code_sample = PROSE[:shortest]
    sizes = []
    for sample in (prose_sample, code_sample):
        messages = [{"role": "user", "content": sample}]
        sizes.append(client.messages.count_tokens(model=MODEL, messages=messages).input_tokens)
    print("prose tokens:", sizes[0])
    print("code tokens:", sizes[1])
    print("denser:", "prose" if sizes[0] > sizes[1] else "code")
    print("forecast:", forecast_cost(sizes[1], MAX_TOKENS))
    reply = client.messages.create(model=MODEL, max_tokens=MAX_TOKENS, messages=messages)
    print(reply.content[0].text)


if __name__ == "__main__":
    main()
