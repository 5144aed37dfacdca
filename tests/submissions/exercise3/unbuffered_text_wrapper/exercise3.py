import io
import sys

import anthropic

sys.stdout = io.TextIOWrapper(open(1, "wb", buffering=0, closefd=False), encoding="utf-8", write_through=True)
MODEL = "claude-haiku-4-5"


def main():
    client = anthropic.Anthropic()
    ask = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "What is a wrapper?"}]}
    client.messages.create(**ask)
    with client.messages.stream(**ask) as stream:
        for text in stream.text_stream:
            print(text, end="")
        final = stream.get_final_message()
    print()
    print("stop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print("cost:", (final.usage.input_tokens * 1.0 + final.usage.output_tokens * 5.0) / 1_000_000)


if __name__ == "__main__":
    main()
