import anthropic

MODEL = "claude-haiku-4-5"


def call_cost(usage):
    return (usage.input_tokens * 1.0 + usage.output_tokens * 5.0) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


if __name__ == "__main__":
    reply = anthropic.Anthropic().messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Take it or leave it."}]
    )
    print(reply.content[0].text)
    print("input tokens:", reply.usage.input_tokens)
    print("output tokens:", reply.usage.output_tokens)
    print("cost:", f"{call_cost(reply.usage):.6f}")
    print("runs per dollar:", f"{runs_per_dollar(call_cost(reply.usage)):.0f}")
