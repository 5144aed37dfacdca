import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 500
PROSE = "The border between the two gardens was a hedge, and the hedge was cut from both sides by two men who hated each other, so that in " \
        "the course of years it became very thin and they could see."
CODE = "hedge.width -= sum(g.cut(hedge, 0.01) for g in (left, right))\nif hedge.width <= 0.02 and left.hates(right):\n    left.sees = right.sees = " \
       "not (left.blind or right.blind)\nyear += 1; print(year, hedge)\n"
TEMPLATE = "{:>14}: {}"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def main():
    client = anthropic.Anthropic()
    n = min(len(PROSE), len(CODE))
    asks = [[{"role": "user", "content": text[:n]}] for text in (CODE, PROSE)]
    sizes = [client.messages.count_tokens(model=MODEL, messages=a).input_tokens for a in asks]
    for label, size in zip(("prose tokens", "code tokens"), sizes):
        print(TEMPLATE.format(label, size))
    print(TEMPLATE.format("denser", "code" if sizes[0] > sizes[1] else "prose"))
    print(TEMPLATE.format("forecast", f"${forecast_cost(sizes[1], MAX_TOKENS):.6f}"))
    print(client.messages.create(model=MODEL, max_tokens=MAX_TOKENS, messages=asks[1]).content[0].text)


if __name__ == "__main__":
    main()
