import anthropic

MODEL = "claude-haiku-4-5"
ASK = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "Explain paragraphs in five paragraphs."}]}


def paragraphs(pieces):
    text = ""
    for piece in pieces:
        text += piece
        while "\n\n" in text:
            done, text = text.split("\n\n", 1)
            yield done + "\n\n"
    yield text


def main():
    client = anthropic.Anthropic()
    client.messages.create(**ASK)
    with client.messages.stream(**ASK) as stream:
        for paragraph in paragraphs(stream.text_stream):
            print(paragraph, end="", flush=True)
        final = stream.get_final_message()
    print("\nstop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print("cost:", (final.usage.input_tokens + 5 * final.usage.output_tokens) / 1_000_000)


if __name__ == "__main__":
    main()
