import anthropic

MODEL = "claude-haiku-4-5"
ASK = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "How does it grow?"}]}


def report(final):
    print()
    print("stop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print("cost:", (final.usage.input_tokens + 5 * final.usage.output_tokens) / 1_000_000)


client = anthropic.Anthropic()
client.messages.create(**ASK)
with client.messages.stream(**ASK) as stream:
    for event in stream:
        if event.type == "text":
            print(event.snapshot)
    final = stream.get_final_message()
report(final)
