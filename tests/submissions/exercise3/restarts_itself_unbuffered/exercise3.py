import os
import sys

if __name__ == "__main__" and "--again" not in sys.argv:
    os.execv(sys.executable, [sys.executable, "-u", os.path.abspath(__file__), "--again"])

import anthropic

MODEL = "claude-haiku-4-5"


def main():
    client = anthropic.Anthropic()
    ask = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "Start again, please."}]}
    client.messages.create(**ask)
    with client.messages.stream(**ask) as stream:
        for text in stream.text_stream:
            print(text, end="")
        final = stream.get_final_message()
    print("\nstop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print("cost:", (final.usage.input_tokens + 5 * final.usage.output_tokens) / 1e6)


if __name__ == "__main__":
    main()
