import anthropic

MODEL = "claude-haiku-4-5"
ASK = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "Why twice?"}]}


def report(final):
    print()
    print("stop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print("cost:", (final.usage.input_tokens + 5 * final.usage.output_tokens) / 1_000_000)


client = anthropic.Anthropic()
client.messages.create(**ASK)
chunks = []
with client.messages.stream(**ASK) as stream:
    for text in stream.text_stream:
        chunks.append(text)
    final = stream.get_final_message()
for text in chunks:
    print(text, end="", flush=True)
report(final)
