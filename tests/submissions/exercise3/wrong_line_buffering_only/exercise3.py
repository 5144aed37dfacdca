import sys

import anthropic

MODEL = "claude-haiku-4-5"
ASK = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "How long is a line?"}]}


def main():
    sys.stdout.reconfigure(line_buffering=True)
    client = anthropic.Anthropic()
    client.messages.create(**ASK)
    with client.messages.stream(**ASK) as stream:
        for text in stream.text_stream:
            print(text, end="")
        final = stream.get_final_message()
    print("\nstop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print("cost:", (final.usage.input_tokens + 5 * final.usage.output_tokens) / 1_000_000)


if __name__ == "__main__":
    main()
