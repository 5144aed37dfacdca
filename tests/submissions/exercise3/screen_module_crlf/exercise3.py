import anthropic

import screen

MODEL = "claude-haiku-4-5"


def main():
    client = anthropic.Anthropic()
    ask = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "What is on the screen?"}]}
    with screen.section("plain"):
        screen.show(client.messages.create(**ask).content[0].text)
    with screen.section("streamed"), client.messages.stream(**ask) as stream:
        for text in stream.text_stream:
            screen.show(text)
        final = stream.get_final_message()
    with screen.section("bill"):
        screen.show(f"stop reason: {final.stop_reason}\n")
        screen.show(f"input tokens: {final.usage.input_tokens}\n")
        screen.show(f"output tokens: {final.usage.output_tokens}\n")
        screen.show(f"cost: {(final.usage.input_tokens + 5 * final.usage.output_tokens) / 1e6:.6f}\n")


if __name__ == "__main__":
    main()
