import anthropic

MODEL = "claude-haiku-4-5"
LONG = "Here is a long story about a short man. " * 40


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


def ask(text):
    return anthropic.Anthropic().messages.create(
        model=MODEL, max_tokens=4000, messages=[{"role": "user", "content": text}]
    )


if __name__ == "__main__":
    first = ask(LONG + "Sum it up.")
    second = ask("Thanks.")
    print(first.content[0].text)
    print(second.content[0].text)
    i, o = first.usage.input_tokens, second.usage.output_tokens
    print("input tokens:", i)
    print("output tokens:", o)
    print("cost:", f"${call_cost(i, o):.6f}")
    print("runs per dollar:", f"{runs_per_dollar(call_cost(i, o)):.0f}")
