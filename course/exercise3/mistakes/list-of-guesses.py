# fails: final_usage list-of-guesses
# Someone who prints every number up to 2,000 as the count, so that the right one is among them.

import anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00
OUTPUT_PRICE = 5.00
MAX_TOKENS = 2000
PROMPT = "Write five paragraphs on how a bicycle stays upright, for a reader of fifteen."


def main():
    client = anthropic.Anthropic()
    messages = [{"role": "user", "content": PROMPT}]

    plain = client.messages.create(model=MODEL, max_tokens=MAX_TOKENS, messages=messages)
    print(f"The plain answer has {len(plain.content[0].text)} characters.\n")

    with client.messages.stream(model=MODEL, max_tokens=MAX_TOKENS, messages=messages) as stream:
        for text in stream.text_stream:
            print(text, end="", flush=True)
        final = stream.get_final_message()

    usage = final.usage
    cost = (usage.input_tokens * INPUT_PRICE + usage.output_tokens * OUTPUT_PRICE) / 1_000_000
    print("\n")
    print("stop reason:", final.stop_reason)
    print("input tokens:", usage.input_tokens)
    for guess in range(1, MAX_TOKENS + 1):
        print("output tokens:", guess)
    print(f"cost: ${cost:.6f}")


if __name__ == "__main__":
    main()
