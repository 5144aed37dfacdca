import time

import anthropic

MODEL = "claude-haiku-4-5"
ASK = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "Act natural."}]}


def main():
    final = anthropic.Anthropic().messages.create(**ASK)
    for word in final.content[0].text.split(" "):
        print(word, end=" ", flush=True)
        time.sleep(0.002)
    print("\nstop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print("cost:", (final.usage.input_tokens + 5 * final.usage.output_tokens) / 1_000_000)


if __name__ == "__main__":
    main()
