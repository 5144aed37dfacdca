import anthropic

MODEL = "claude-haiku-4-5"
PROMPT = "Explain in five paragraphs how bread is made."
QUESTION = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": PROMPT}]}


def main():
    client = anthropic.Anthropic()
    plain = client.messages.create(**QUESTION)
    print(len(plain.content[0].text), "characters at once", flush=True)
    pieces = []
    with client.messages.stream(**QUESTION) as stream:
        for text in stream.text_stream:
            pieces.append(text)
        final = stream.get_final_message()
    for number, text in enumerate(pieces, 1):
        print(f"[{number}] {text}")
    print()
    print("stop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print(f"cost: ${(final.usage.input_tokens + 5 * final.usage.output_tokens) / 1e6:.6f}")


if __name__ == "__main__":
    main()
