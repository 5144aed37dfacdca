# fails: cost_printed calls-mixed
# Two calls, and the cost line shows the cost of the other one.

import anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00
OUTPUT_PRICE = 5.00


def call_cost(input_tokens, output_tokens):
    return (input_tokens * INPUT_PRICE + output_tokens * OUTPUT_PRICE) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


def ask(client, question):
    reply = client.messages.create(
        model=MODEL, max_tokens=300, messages=[{"role": "user", "content": question}]
    )
    print(reply.content[0].text)
    return reply.usage


def main():
    client = anthropic.Anthropic()
    first = ask(client, "Name three rivers that cross a border.")
    second = ask(client, "Name three rivers that end in a desert, and say in which one.")
    first_cost = call_cost(first.input_tokens, first.output_tokens)
    second_cost = call_cost(second.input_tokens, second.output_tokens)

    print("input tokens:", first.input_tokens)
    print("output tokens:", first.output_tokens)
    print(f"cost: ${second_cost:.6f}")
    print(f"runs per dollar: {runs_per_dollar(first_cost):.0f}")


if __name__ == "__main__":
    main()
