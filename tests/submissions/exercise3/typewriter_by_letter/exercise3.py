import time

import anthropic

MODEL = "claude-haiku-4-5"
PROMPT = "Who built the first typewriter?"


def type_out(text, delay=0.0002):
    for letter in text:
        print(letter, end="", flush=True)
        time.sleep(delay)


def main():
    client = anthropic.Anthropic()
    conversation = [{"role": "user", "content": PROMPT}]
    client.messages.create(model=MODEL, max_tokens=400, messages=conversation)
    with client.messages.stream(model=MODEL, max_tokens=400, messages=conversation) as stream:
        for text in stream.text_stream:
            type_out(text)
    final = stream.get_final_message()
    type_out(
        f"\nstop reason: {final.stop_reason}\n"
        f"input tokens: {final.usage.input_tokens}\n"
        f"output tokens: {final.usage.output_tokens}\n"
        f"cost: ${(final.usage.input_tokens * 1.0 + final.usage.output_tokens * 5.0) / 1_000_000:.6f}\n"
    )


if __name__ == "__main__":
    main()
