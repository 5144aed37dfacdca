# fails: streams_progressively stream-never-read
# fails: shows_whole_answer stream-never-read
# fails: final_usage stream-never-read
# fails: stream_cost stream-never-read
# Someone who prints the stream object itself and expects the answer to appear.

import anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00
OUTPUT_PRICE = 5.00
MAX_TOKENS = 2000
PROMPT = "Write five paragraphs on how a bicycle stays upright, for a reader of fifteen."


def main():
    client = anthropic.Anthropic()
    messages = [{"role": "user", "content": PROMPT}]

    plain = client.messages.create(model=MODEL, max_tokens=MAX_TOKENS, messages=messages)
    print(f"The plain answer has {len(plain.content[0].text)} characters.\n")

    stream = client.messages.create(
        model=MODEL, max_tokens=MAX_TOKENS, messages=messages, stream=True
    )
    print(stream)


if __name__ == "__main__":
    main()
