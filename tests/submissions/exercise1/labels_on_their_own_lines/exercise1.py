import anthropic

MODEL = "claude-haiku-4-5"


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1 + output_tokens * 5) / 1e6


def runs_per_dollar(cost):
    return 1 / cost


def heading(text, value):
    print(f"\n{text}\n{'-' * len(text)}\n    {value}")


def main():
    m = anthropic.Anthropic().messages.create(
        model=MODEL, max_tokens=75, messages=[{"role": "user", "content": "Best pizza topping?"}]
    )
    print(m.content[0].text)
    c = call_cost(m.usage.input_tokens, m.usage.output_tokens)
    heading("Input tokens", m.usage.input_tokens)
    heading("Output tokens", m.usage.output_tokens)
    heading("Cost", f"{c:.6f}")
    heading("Runs per dollar", int(runs_per_dollar(c)))


if __name__ == "__main__":
    main()
