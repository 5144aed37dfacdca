from decimal import ROUND_DOWN, Decimal

import anthropic

MODEL = "claude-haiku-4-5"


def call_cost(i, o):
    return Decimal(i).scaleb(-6) + 5 * Decimal(o).scaleb(-6)


def runs_per_dollar(cost):
    # a float here would be a TypeError: money is never a float in this file
    return (Decimal("1.00") / cost).to_integral_value(ROUND_DOWN)


def main():
    client = anthropic.Anthropic()
    r = client.messages.create(
        model=MODEL, max_tokens=90, messages=[{"role": "user", "content": "A haiku about money"}]
    )
    print(r.content[0].text)
    c = call_cost(r.usage.input_tokens, r.usage.output_tokens)
    for label, value in [
        ("input tokens", r.usage.input_tokens),
        ("output tokens", r.usage.output_tokens),
        ("cost", f"$ {c:f}"),
        ("runs per dollar", runs_per_dollar(c)),
    ]:
        print(label.rjust(16), value)


main()
