import anthropic

MODEL = "claude-haiku-4-5"
seen = {}


def remember(events):
    for event in events:
        if event.type == "message_start":
            seen["input"] = event.message.usage.input_tokens
        if event.type == "message_delta":
            seen["stop"], seen["output"] = event.delta.stop_reason, event.usage.output_tokens
        yield event


def deltas(events):
    yield from (e.delta for e in events if e.type == "content_block_delta")


def texts(items):
    for item in items:
        if item.type == "text_delta":
            yield item.text


if __name__ == "__main__":
    api = anthropic.Anthropic().messages
    request = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "Why do cats purr?"}]}
    api.with_raw_response.create(**request).parse()
    raw = api.with_raw_response.create(stream=True, **request)
    for text in texts(deltas(remember(raw.parse()))):
        print(text, end="", flush=True)
    print()
    print("stop reason", seen["stop"], sep=" -> ")
    print("input tokens", seen["input"], sep=" -> ")
    print("output tokens", seen["output"], sep=" -> ")
    print("cost", f"{(seen['input'] + seen['output'] * 5) / 1e6:.3e}", sep=" -> ")
