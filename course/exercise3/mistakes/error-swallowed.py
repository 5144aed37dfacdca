# fails: create_then_stream error-swallowed
# fails: final_usage error-swallowed
# fails: stream_cost error-swallowed
# skipped: streams_progressively
# skipped: shows_whole_answer
# The request has a system message among its messages, which the API refuses; the error is caught and
# numbers are made up.

import anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00
OUTPUT_PRICE = 5.00
MAX_TOKENS = 2000
PROMPT = "Write five paragraphs on how a bicycle stays upright, for a reader of fifteen."


def main():
    client = anthropic.Anthropic()
    messages = [
        {"role": "system", "content": "You write for readers of fifteen."},
        {"role": "user", "content": PROMPT},
    ]
    try:
        client.messages.create(model=MODEL, max_tokens=MAX_TOKENS, messages=messages)
        with client.messages.stream(model=MODEL, max_tokens=MAX_TOKENS, messages=messages) as stream:
            for text in stream.text_stream:
                print(text, end="", flush=True)
            final = stream.get_final_message()
        stop_reason = final.stop_reason
        input_tokens = final.usage.input_tokens
        output_tokens = final.usage.output_tokens
    except anthropic.APIError:
        stop_reason = "end_turn"
        input_tokens = 42
        output_tokens = 512

    cost = (input_tokens * INPUT_PRICE + output_tokens * OUTPUT_PRICE) / 1_000_000
    print()
    print("stop reason:", stop_reason)
    print("input tokens:", input_tokens)
    print("output tokens:", output_tokens)
    print(f"cost: ${cost:.6f}")


if __name__ == "__main__":
    main()
