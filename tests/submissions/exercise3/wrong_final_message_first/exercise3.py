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
    reply = client.messages.create(model=MODEL, max_tokens=MAX_TOKENS, messages=messages)
    with client.messages.stream(model=MODEL, max_tokens=MAX_TOKENS, messages=messages) as stream:
        final = stream.get_final_message()
        for text in stream.text_stream:
            print(text, end="", flush=True)
        final = stream.get_final_message()
    print()
    print("stop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    cost = (final.usage.input_tokens * INPUT_PRICE + final.usage.output_tokens * OUTPUT_PRICE) / 1_000_000
    print(f"cost: ${cost:.6f}")


if __name__ == "__main__":
    main()
