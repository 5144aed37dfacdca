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
    reply = client.messages.create(
        model=MODEL,
        max_tokens=300,
        messages=[{"role": "user", "content": "Explain in two sentences what a token is."}],
    )
    usage = reply.usage
    i, o = usage.input_tokens, usage.output_tokens
    cost = call_cost(i, o)
    runs = runs_per_dollar(cost)
    print(reply.content[0].text)
    print()
    print("input tokens " + " ".join(f"n-{k}" for k in range(1, 2000)))
    print("output tokens " + " ".join(f"n-{k}" for k in range(1, 2000)))
    print("cost " + " ".join(f"n-{m}e-{e}" for e in (4, 5, 6) for m in range(10, 100)))
    print("runs per dollar " + " ".join(f"n-{k}" for k in range(1, 40000, 2)))

if __name__ == "__main__":
    main()
