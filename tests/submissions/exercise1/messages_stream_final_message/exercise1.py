import sys

import anthropic

MODEL = "claude-sonnet-4-6"
INPUT_PRICE, OUTPUT_PRICE = 3.00, 15.00


def call_cost(input_tokens, output_tokens):
    return (INPUT_PRICE * input_tokens + OUTPUT_PRICE * output_tokens) / 1e6


def runs_per_dollar(cost):
    return round(1.0 / cost, 2)


def main(argv):
    question = " ".join(argv) or "Why is the sea salty?"
    with anthropic.Anthropic().messages.stream(
        model=MODEL, max_tokens=300, messages=[{"role": "user", "content": question}]
    ) as stream:
        final = stream.get_final_message()
    for block in final.content:
        if block.type == "text":
            print(block.text)
    cost = call_cost(final.usage.input_tokens, final.usage.output_tokens)
    print("{:<18}{:>12,}".format("input tokens", final.usage.input_tokens))
    print("{:<18}{:>12,}".format("output tokens", final.usage.output_tokens))
    print("{:<18}{:>12.6f}".format("cost", cost))
    print("{:<18}{:>12,.2f}".format("runs per dollar", runs_per_dollar(cost)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
