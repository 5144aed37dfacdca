import anthropic

MODEL = "claude-haiku-4-5"


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


if __name__ == "__main__":
    anthropic.Anthropic().messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Pick a number."}]
    )
    everything = range(1, 3000)
    print("input tokens:", *everything)
    print("output tokens:", *everything)
    print("cost:", *(f"{n / 1_000_000:.6f}" for n in everything))
    print("runs per dollar:", *everything)
