import json
import time

import anthropic

MODEL = "claude-haiku-4-5"
PROMPT = "Explain in five paragraphs how bread is made."
QUESTION = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": PROMPT}]}


def main():
    client = anthropic.Anthropic()
    plain = client.messages.create(**QUESTION)
    print(len(plain.content[0].text), "characters at once", flush=True)
    line = {
        "level": "INFO",
        "logger": "exercise3.stream",
        "thread": "MainThread",
        "service": "language-model-streaming-lesson",
        "environment": "development-laptop",
        "host": "localhost.localdomain",
        "source": {"file": "exercise3.py", "function": "stream_and_show_answer", "line": 27},
    }
    rest = ""
    with client.messages.stream(**QUESTION) as stream:
        for text in stream.text_stream:
            *words, rest = (rest + text).replace("\n", " ").split(" ")
            for word in words:
                print(json.dumps({"time": time.time(), **line, "message": word}), flush=True)
        final = stream.get_final_message()
    print(rest)
    print()
    print("stop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print(f"cost: ${(final.usage.input_tokens + 5 * final.usage.output_tokens) / 1e6:.6f}")


if __name__ == "__main__":
    main()
