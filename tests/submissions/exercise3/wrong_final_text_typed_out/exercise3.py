import time

import anthropic

MODEL = "claude-haiku-4-5"
ASK = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "Fake it till you make it?"}]}


def main():
    client = anthropic.Anthropic()
    client.messages.create(**ASK)
    with client.messages.stream(**ASK) as stream:
        answer = stream.get_final_text()
        final = stream.get_final_message()
    for n in range(0, len(answer), 5):
        print(answer[n:n + 5], end="", flush=True)
        time.sleep(0.001)
    print("\nstop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print("cost:", (final.usage.input_tokens + 5 * final.usage.output_tokens) / 1_000_000)


if __name__ == "__main__":
    main()
