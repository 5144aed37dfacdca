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
    print("\n")
    print(f"{'call':10}{'stop reason':>14}{'input tokens':>14}{'output tokens':>14}{'cost':>12}")
    for name, message in (("plain", plain), ("stream", final)):
        usage = message.usage
        cost = (usage.input_tokens + 5 * usage.output_tokens) / 1e6
        print(f"{name:10}{message.stop_reason:>14}{usage.input_tokens:>14}{usage.output_tokens:>14}{cost:>12.6f}")


if __name__ == "__main__":
    main()
