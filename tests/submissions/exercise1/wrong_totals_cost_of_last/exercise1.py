import anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00
OUTPUT_PRICE = 5.00


def call_cost(input_tokens, output_tokens):
    return (input_tokens * INPUT_PRICE + output_tokens * OUTPUT_PRICE) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


def main():
    client = anthropic.Anthropic()
    ti = to = 0
    for q in ("a", "b"):
        r = client.messages.create(model=MODEL, max_tokens=100, messages=[{"role": "user", "content": q}])
        ti += r.usage.input_tokens
        to += r.usage.output_tokens
    c = call_cost(r.usage.input_tokens, r.usage.output_tokens)
    print("input tokens:", ti, "output tokens:", to)
    print("cost:", c)
    print("runs per dollar:", runs_per_dollar(c))


main()
