from fractions import Fraction

from anthropic import Anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = Fraction(1, 1_000_000)
OUTPUT_PRICE = Fraction(5, 1_000_000)


def call_cost(input_tokens, output_tokens):
    return input_tokens * INPUT_PRICE + output_tokens * OUTPUT_PRICE


def runs_per_dollar(cost):
    return Fraction(1) / Fraction(cost)


if __name__ == "__main__":
    m = Anthropic().messages.create(
        max_tokens=64, model=MODEL, messages=[dict(role="user", content="One half plus one third?")]
    )
    cost = call_cost(m.usage.input_tokens, m.usage.output_tokens)
    print(m.content[0].text)
    print("input tokens:", m.usage.input_tokens)
    print("output tokens:", m.usage.output_tokens)
    print("cost:", float(cost))
    print("runs per dollar:", float(runs_per_dollar(cost)))
