import anthropic

MODEL = "claude-haiku-4-5"
PER_TOKEN = (1e-6, 5e-6)


def call_cost(input_tokens, output_tokens):
    print("cost:", f"{input_tokens * PER_TOKEN[0] + output_tokens * PER_TOKEN[1]:.6f}")


def runs_per_dollar(cost):
    return 1 / cost


if __name__ == "__main__":
    reply = anthropic.Anthropic().messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "No returns."}]
    )
    print(reply.content[0].text)
    i, o = reply.usage.input_tokens, reply.usage.output_tokens
    print("input tokens:", i)
    print("output tokens:", o)
    call_cost(i, o)
    print("runs per dollar:", runs_per_dollar(i * PER_TOKEN[0] + o * PER_TOKEN[1]))
