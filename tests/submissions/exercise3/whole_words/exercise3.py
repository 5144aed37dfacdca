import re

import anthropic

MODEL = "claude-haiku-4-5"
PROMPT = "Tell me about the invention of the zip."


def words(pieces):
    """Yield the text cut after white space, so that no word is shown in two halves."""
    rest = ""
    for piece in pieces:
        *whole, rest = re.split(r"(?<=\s)(?=\S)", rest + piece)
        yield from whole
    yield rest


def main():
    client = anthropic.Anthropic()
    kwargs = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": PROMPT}]}
    client.messages.create(**kwargs)
    with client.messages.stream(**kwargs) as stream:
        for word in words(stream.text_stream):
            print(word, end="", flush=True)
        final = stream.get_final_message()
    print("\n\n## Bill\n")
    print("- **stop reason**:", final.stop_reason)
    print("- **input tokens**:", final.usage.input_tokens)
    print("- **output tokens**:", final.usage.output_tokens)
    print("- **cost**:", round((final.usage.input_tokens + final.usage.output_tokens * 5) / 1e6, 6))


if __name__ == "__main__":
    main()
