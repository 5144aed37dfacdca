# fails: create_then_stream fake-streaming
# fails: streams_progressively fake-streaming
# skipped: shows_whole_answer
# skipped: final_usage
# skipped: stream_cost
# The whole answer is there already; its words are then printed one by one with a pause between them.

import time

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
    for word in plain.content[0].text.split(" "):
        print(word, end=" ", flush=True)
        time.sleep(0.005)
    print()


if __name__ == "__main__":
    main()
