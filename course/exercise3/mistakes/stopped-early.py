# fails: streams_progressively stopped-early
# fails: shows_whole_answer stopped-early
# fails: final_usage usage-from-start
# fails: stream_cost usage-from-start
# Someone who leaves the loop after twenty pieces, enough to see that it streams.

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
        for number, text in enumerate(stream.text_stream, start=1):
            print(text, end="", flush=True)
            if number == 20:
                break
        final = stream.current_message_snapshot

    usage = final.usage
    cost = (usage.input_tokens * INPUT_PRICE + usage.output_tokens * OUTPUT_PRICE) / 1_000_000
    print("\n")
    print("stop reason:", final.stop_reason)
    print("input tokens:", usage.input_tokens)
    print("output tokens:", usage.output_tokens)
    print(f"cost: ${cost:.6f}")


if __name__ == "__main__":
    main()
