import itertools

import anthropic

MODEL = "claude-haiku-4-5"
COLOURS = itertools.cycle(["\x1b[31m", "\x1b[38;5;208m", "\x1b[33m", "\x1b[1;32m", "\x1b[34m"])
RESET = "\x1b[0m"


def rainbow(stream):
    for text in stream:
        yield f"{next(COLOURS)}{text}{RESET}"


def main():
    client = anthropic.Anthropic()
    ask = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "What colour is the wind?"}]}
    client.messages.create(**ask)
    with client.messages.stream(**ask) as stream:
        for text in rainbow(stream.text_stream):
            print(text, end="", flush=True)
        final = stream.get_final_message()
    print(RESET)
    for name, value in (
        ("stop reason", final.stop_reason),
        ("input tokens", final.usage.input_tokens),
        ("output tokens", final.usage.output_tokens),
        ("cost", f"${(final.usage.input_tokens + 5 * final.usage.output_tokens) / 1e6:.6f}"),
    ):
        print(f"\x1b[2m{name}\x1b[0m \x1b[1m{value}\x1b[0m")


if __name__ == "__main__":
    main()
