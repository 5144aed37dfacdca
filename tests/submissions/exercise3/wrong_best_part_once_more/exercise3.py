import anthropic

MODEL = "claude-haiku-4-5"
PROMPT = "Explain in five paragraphs how bread is made."
QUESTION = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": PROMPT}]}


def main():
    client = anthropic.Anthropic()
    plain = client.messages.create(**QUESTION)
    print(len(plain.content[0].text), "characters at once", flush=True)
    with client.messages.stream(**QUESTION) as stream:
        for text in stream.text_stream:
            print(text, end="", flush=True)
        final = stream.get_final_message()
    print("\n\nThe part I liked best:", final.content[0].text[62:245])
    print()
    print("stop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print(f"cost: ${(final.usage.input_tokens + 5 * final.usage.output_tokens) / 1e6:.6f}")


if __name__ == "__main__":
    main()
