import anthropic

MODEL = "claude-haiku-4-5"
PRICES = {"claude-haiku-4-5": (1.0, 5.0), "claude-sonnet-4-6": (3.0, 15.0)}


def call_cost(input_tokens, output_tokens, model=MODEL):
    p, q = PRICES[model]
    return (input_tokens * p + output_tokens * q) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


def main():
    client = anthropic.Anthropic()
    total = 0.0
    for model in PRICES:
        r = client.messages.create(
            model=model, max_tokens=80, messages=[{"role": "user", "content": "Which model are you?"}]
        )
        i, o = r.usage.input_tokens, r.usage.output_tokens
        cost = call_cost(i, o, model)
        total += cost
        print(f"[{model}] {r.content[0].text}")
        print(f"[{model}] input tokens: {i}, output tokens: {o}, cost: ${cost:.6f}, "
              f"runs per dollar: {runs_per_dollar(cost):.1f}")
    print(f"cost of both: ${total:.6f}")


if __name__ == "__main__":
    main()
