import anthropic

MODEL = "claude-haiku-4-5"


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


if __name__ == "__main__":
    reply = anthropic.Anthropic().messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Reverse, please."}]
    )
    u = reply.usage
    cost = call_cost(u.input_tokens, u.output_tokens)
    print(f"{u.input_tokens} input tokens")
    print(f"{u.output_tokens} output tokens")
    print(f"${cost:.6f} cost")
    print(f"{runs_per_dollar(cost):.0f} runs per dollar")
    print("done.")
