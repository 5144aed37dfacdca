import anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00
OUTPUT_PRICE = 5.00


def call_cost(input_tokens, output_tokens):
    return round((input_tokens * INPUT_PRICE + output_tokens * OUTPUT_PRICE) / 1_000_000, 5)


def runs_per_dollar(cost):
    return 1 / cost


def main():
    client = anthropic.Anthropic()
    reply = client.messages.create(
        model=MODEL, max_tokens=200, messages=[{"role": "user", "content": "Hi, what is a token?"}]
    )
    print(reply.content[0].text)
    cost = call_cost(reply.usage.input_tokens, reply.usage.output_tokens)
    print("input tokens:", reply.usage.input_tokens)
    print("output tokens:", reply.usage.output_tokens)
    print(f"cost: ${cost:.6f}")
    print(f"runs per dollar: {runs_per_dollar(cost):.0f}")


if __name__ == "__main__":
    main()
