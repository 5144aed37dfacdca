import anthropic

MODEL = "claude-haiku-4-5"


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


if __name__ == "__main__":
    reply = anthropic.Anthropic().messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Say less."}]
    )
    i, o = reply.usage.input_tokens, reply.usage.output_tokens
    c = call_cost(i, o)
    print((i, o, round(c, 6), round(runs_per_dollar(c), 2)))
    print(reply.content[0].text)
