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
        model=MODEL, max_tokens=300, messages=[{"role": "user", "content": "Why is the sky blue?"}]
    )
    print(reply.content[0].text)
    i, o = reply.usage.input_tokens, reply.usage.output_tokens
    cost = call_cost(i, o)
    runs = runs_per_dollar(cost)
    print(f"input tokens: {i}\noutput tokens: {o}\ncost: {cost * 1e6:.0f} micro-dollars\nruns per dollar: {runs:.0f}")


if __name__ == "__main__":
    main()
