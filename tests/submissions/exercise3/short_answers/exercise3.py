import anthropic

MODEL = "claude-haiku-4-5-20251001"
LIMIT = 150


def dollars(usage):
    return (usage.input_tokens * 1.00 + usage.output_tokens * 5.00) / 1_000_000


def main():
    client = anthropic.Anthropic()
    messages = [{"role": "user", "content": "Recite the whole of the Odyssey."}]
    first = client.messages.create(model=MODEL, max_tokens=LIMIT, messages=messages)
    print("Without streaming it stopped with", first.stop_reason)
    with client.messages.stream(model=MODEL, max_tokens=LIMIT, messages=messages) as stream:
        for text in stream.text_stream:
            print(text, end="", flush=True)
        final = stream.get_final_message()
    print(" [...]")
    print("stop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print("cost:", f"${dollars(final.usage):.6f}")


if __name__ == "__main__":
    main()
