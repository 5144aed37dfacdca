import queue
import threading

import anthropic

MODEL = "claude-haiku-4-5"
ASK = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "Who prints?"}]}


q = queue.SimpleQueue()


def printer():
    for text in iter(q.get, None):
        print(text, end="")


def main():
    client = anthropic.Anthropic()
    client.messages.create(**ASK)
    thread = threading.Thread(target=printer)
    thread.start()
    with client.messages.stream(**ASK) as stream:
        for text in stream.text_stream:
            q.put(text)
        final = stream.get_final_message()
    q.put(None)
    thread.join()
    print("\nstop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print("cost:", (final.usage.input_tokens + 5 * final.usage.output_tokens) / 1_000_000)


if __name__ == "__main__":
    main()
