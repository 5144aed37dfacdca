# fails: cost_function prices-summed
# fails: cost_printed prices-summed
# fails: runs_per_dollar prices-summed
# Someone who adds the tokens, adds the prices, and multiplies the two sums.

import anthropic

MODEL = "claude-sonnet-4-6"
INPUT_PRICE = 3.00
OUTPUT_PRICE = 15.00


def call_cost(input_tokens, output_tokens):
    tokens = input_tokens + output_tokens
    return tokens * (INPUT_PRICE + OUTPUT_PRICE) / 10**6


def runs_per_dollar(cost):
    return 1 / cost


def ask(client, question):
    with client.messages.stream(
        model=MODEL,
        max_tokens=600,
        messages=[{"role": "user", "content": question}],
    ) as stream:
        for text in stream.text_stream:
            print(text, end="", flush=True)
        print()
        return stream.get_final_message()


def main():
    final = ask(anthropic.Anthropic(), "Why do cats purr? One paragraph, please.")
    cost = call_cost(final.usage.input_tokens, final.usage.output_tokens)
    print("input_tokens =", final.usage.input_tokens)
    print("output_tokens =", final.usage.output_tokens)
    print("cost = $%.6f" % cost)
    print("runs_per_dollar = %d" % runs_per_dollar(cost))


if __name__ == "__main__":
    main()
