# fails: cost_printed max-tokens-as-output
# fails: runs_per_dollar max-tokens-as-output
# Someone who takes the limit of the answer for its length.

import anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00
OUTPUT_PRICE = 5.00
MAX_TOKENS = 300


def call_cost(input_tokens, output_tokens):
    return (input_tokens * INPUT_PRICE + output_tokens * OUTPUT_PRICE) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


def main():
    client = anthropic.Anthropic()
    reply = client.messages.create(
        model=MODEL,
        max_tokens=MAX_TOKENS,
        messages=[{"role": "user", "content": "Name three rivers that cross a border."}],
    )
    usage = reply.usage
    cost = call_cost(usage.input_tokens, MAX_TOKENS)

    print(reply.content[0].text)
    print("input tokens:", usage.input_tokens)
    print("output tokens:", usage.output_tokens)
    print(f"cost: ${cost:.6f}")
    print(f"runs per dollar: {runs_per_dollar(cost):.0f}")


if __name__ == "__main__":
    main()
