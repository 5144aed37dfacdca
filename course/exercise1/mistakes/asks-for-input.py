# fails: runs asks-for-input
# skipped: calls_api
# skipped: reads_usage
# skipped: cost_printed
# skipped: runs_per_dollar
# Someone who asks the person at the keyboard what to ask the model.

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
    question = input("What would you like to know? ")
    reply = client.messages.create(
        model=MODEL,
        max_tokens=300,
        messages=[{"role": "user", "content": question}],
    )
    usage = reply.usage
    cost = call_cost(usage.input_tokens, usage.output_tokens)

    print(reply.content[0].text)
    print("input tokens:", usage.input_tokens)
    print("output tokens:", usage.output_tokens)
    print(f"cost: ${cost:.6f}")
    print(f"runs per dollar: {runs_per_dollar(cost):.0f}")


if __name__ == "__main__":
    main()
