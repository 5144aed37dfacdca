# fails: runs needs-a-package
# skipped: calls_api
# skipped: reads_usage
# skipped: cost_function
# skipped: cost_printed
# skipped: runs_per_dollar
# Someone who lets a package work the cost out, which the course's environment does not have.

import anthropic
from tokencost import calculate_cost_by_tokens

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00
OUTPUT_PRICE = 5.00


def call_cost(input_tokens, output_tokens):
    return float(
        calculate_cost_by_tokens(input_tokens, MODEL, "input")
        + calculate_cost_by_tokens(output_tokens, MODEL, "output")
    )


def runs_per_dollar(cost):
    return 1 / cost


def main():
    client = anthropic.Anthropic()
    reply = client.messages.create(
        model=MODEL,
        max_tokens=300,
        messages=[{"role": "user", "content": "Name three rivers that cross a border."}],
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
