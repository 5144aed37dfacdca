import anthropic

MODEL = "claude-haiku-4-5"
ASK = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "How many pieces?"}]}


def main():
    client = anthropic.Anthropic()
    client.messages.create(**ASK)
    tokens_in = tokens_out = 0
    stop_reason = None
    for event in client.messages.create(stream=True, **ASK):
        if event.type == "message_start":
            tokens_in = event.message.usage.input_tokens
        elif event.type == "content_block_delta":
            print(event.delta.text, end="", flush=True)
            tokens_out += 1
        elif event.type == "message_delta":
            stop_reason = event.delta.stop_reason
    print()
    print(f"stop reason: {stop_reason}; input tokens: {tokens_in}; output tokens: {tokens_out}")
    print(f"cost: ${(tokens_in + 5 * tokens_out) / 1_000_000:.6f}")


if __name__ == "__main__":
    main()
