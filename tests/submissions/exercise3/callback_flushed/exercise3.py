import anthropic

MODEL = "claude-haiku-4-5"
ASK = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "Who calls whom?"}]}


def report(final):
    print()
    print("stop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print("cost:", (final.usage.input_tokens + 5 * final.usage.output_tokens) / 1_000_000)


def stream_to(on_text):
    client = anthropic.Anthropic()
    client.messages.create(**ASK)
    with client.messages.stream(**ASK) as stream:
        for text in stream.text_stream:
            on_text(text)
        return stream.get_final_message()


report(stream_to(lambda text: print(text, end="", flush=True)))
