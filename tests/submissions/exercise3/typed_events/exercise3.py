import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 2048


def ask(client, prompt):
    return client.messages.create(model=MODEL, max_tokens=MAX_TOKENS, messages=[{"role": "user", "content": prompt}])


def stream(client, prompt):
    with client.messages.stream(
        model=MODEL, max_tokens=MAX_TOKENS, messages=[{"role": "user", "content": prompt}]
    ) as events:
        for event in events:
            if event.type == "text":
                print(event.text, end="", flush=True)
            elif event.type == "message_stop":
                print()
                return event.message


def main():
    client = anthropic.Anthropic()
    prompt = "Write about the history of paper."
    ask(client, prompt)
    message = stream(client, prompt)
    row = "| {:<13} | {:>10} |".format
    print(row("stop reason", message.stop_reason))
    print(row("input tokens", message.usage.input_tokens))
    print(row("output tokens", message.usage.output_tokens))
    print(row("cost", "%.6f" % ((message.usage.input_tokens + message.usage.output_tokens * 5) / 1e6)))


if __name__ == "__main__":
    main()
