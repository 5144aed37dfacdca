# fails: cost_function text-not-number
# Someone who lets the function return the text for the screen, dollar sign included.

import anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00
OUTPUT_PRICE = 5.00


def call_cost(input_tokens, output_tokens):
    dollars = (input_tokens * INPUT_PRICE + output_tokens * OUTPUT_PRICE) / 1_000_000
    return f"${dollars:.6f}"


def runs_per_dollar(cost):
    return 1 / float(str(cost).replace("$", ""))


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
    print("cost:", cost)
    print(f"runs per dollar: {runs_per_dollar(cost):.0f}")


if __name__ == "__main__":
    main()
