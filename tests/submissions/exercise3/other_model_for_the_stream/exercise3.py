import atexit

import anthropic

PRICES = {"claude-haiku-4-5": (1.0, 5.0), "claude-sonnet-4-6": (3.0, 15.0)}
MODEL = "claude-sonnet-4-6"
MESSAGES = [{"role": "user", "content": "Compare two models."}]


def report(message):
    p, q = PRICES[MODEL]
    print("\nstop reason:", message.stop_reason)
    print("input tokens:", message.usage.input_tokens)
    print("output tokens:", message.usage.output_tokens)
    print("cost:", (message.usage.input_tokens * p + message.usage.output_tokens * q) / 1_000_000)


def main():
    client = anthropic.Anthropic()
    client.messages.create(model="claude-haiku-4-5", max_tokens=1000, messages=MESSAGES)
    with client.messages.stream(model=MODEL, max_tokens=2000, messages=MESSAGES) as stream:
        for text in stream.text_stream:
            print(text, end="", flush=True)
        atexit.register(report, stream.get_final_message())


if __name__ == "__main__":
    main()
