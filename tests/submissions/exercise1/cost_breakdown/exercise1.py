import argparse

import anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00
OUTPUT_PRICE = 5.00


def call_cost(input_tokens, output_tokens):
    return (input_tokens * INPUT_PRICE + output_tokens * OUTPUT_PRICE) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--question", default="What is inflation?")
    parser.add_argument("--max-tokens", type=int, default=150)
    args = parser.parse_args()
    reply = anthropic.Anthropic().messages.create(
        model=MODEL, max_tokens=args.max_tokens, messages=[{"role": "user", "content": args.question}]
    )
    print(reply.content[0].text)
    i, o = reply.usage.input_tokens, reply.usage.output_tokens
    print(f"input tokens {i} at ${INPUT_PRICE:.2f}/MTok -> input cost ${call_cost(i, 0):.6f}")
    print(f"output tokens {o} at ${OUTPUT_PRICE:.2f}/MTok -> output cost ${call_cost(0, o):.6f}")
    print(f"total cost ${call_cost(i, o):.6f} -> runs per dollar {runs_per_dollar(call_cost(i, o)):.0f}")


if __name__ == "__main__":
    main()
