import anthropic

MODEL = "claude-haiku-4-5"
ASK = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "What is a generator?"}]}


def report(final):
    print()
    print("stop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print("cost:", (final.usage.input_tokens + 5 * final.usage.output_tokens) / 1_000_000)


def pieces(box):
    client = anthropic.Anthropic()
    client.messages.create(**ASK)
    with client.messages.stream(**ASK) as stream:
        yield from stream.text_stream
        box.append(stream.get_final_message())


def words(texts):
    rest = ""
    for text in texts:
        rest += text
        *done, rest = rest.split(" ")
        for word in done:
            yield word + " "
    yield rest


box = []
for word in words(pieces(box)):
    print(word, end="")
report(box[0])
