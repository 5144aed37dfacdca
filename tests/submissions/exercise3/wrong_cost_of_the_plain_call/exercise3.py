import anthropic

MODEL = "claude-haiku-4-5"
ASK = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "Who pays?"}]}


def dollars(usage):
    return (usage.input_tokens + 5 * usage.output_tokens) / 1_000_000


def main():
    client = anthropic.Anthropic()
    message = client.messages.create(**ASK)
    cost = dollars(message.usage)
    with client.messages.stream(**ASK) as stream:
        for text in stream.text_stream:
            print(text, end="", flush=True)
        message = stream.get_final_message()
    print("\nstop reason:", message.stop_reason)
    print("input tokens:", message.usage.input_tokens)
    print("output tokens:", message.usage.output_tokens)
    print("cost:", f"{cost:.6f}")


if __name__ == "__main__":
    main()
