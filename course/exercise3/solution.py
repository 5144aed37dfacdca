"""Exercise 3, solved: the same prompt as a plain call and as a stream."""

import anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00  # dollars per million input tokens
OUTPUT_PRICE = 5.00  # dollars per million output tokens
MAX_TOKENS = 2000  # enough for five paragraphs
PROMPT = (
    "Explain in five paragraphs how a language model writes its answer: "
    "what a token is, how the next one is chosen, why a long answer takes longer than a short one, "
    "what streaming changes for the person who waits, and what it does not change."
)


def main() -> None:
    """Ask with a plain call, then with a stream, and print what the stream used."""
    client = anthropic.Anthropic()
    messages = [{"role": "user", "content": PROMPT}]

    plain = client.messages.create(model=MODEL, max_tokens=MAX_TOKENS, messages=messages)
    print(f"The plain call's answer came all at once: {len(plain.content[0].text)} characters.")
    print()

    with client.messages.stream(model=MODEL, max_tokens=MAX_TOKENS, messages=messages) as stream:
        for text in stream.text_stream:
            print(text, end="", flush=True)
        final = stream.get_final_message()

    usage = final.usage
    cost = (usage.input_tokens * INPUT_PRICE + usage.output_tokens * OUTPUT_PRICE) / 1_000_000
    print()
    print()
    print(f"stop reason: {final.stop_reason}")
    print(f"input tokens: {usage.input_tokens}")
    print(f"output tokens: {usage.output_tokens}")
    print(f"cost: ${cost:.6f}")


if __name__ == "__main__":
    main()
