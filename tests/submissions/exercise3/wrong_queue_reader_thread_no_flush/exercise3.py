import queue
import threading

import anthropic

MODEL = "claude-haiku-4-5"
ASK = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "Who waits for whom?"}]}


def report(final):
    print()
    print("stop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print("cost:", (final.usage.input_tokens + 5 * final.usage.output_tokens) / 1_000_000)


def read(client, pieces, box):
    with client.messages.stream(**ASK) as stream:
        for text in stream.text_stream:
            pieces.put(text)
        box.append(stream.get_final_message())
    pieces.put(None)


def main():
    client = anthropic.Anthropic()
    client.messages.create(**ASK)
    pieces, box = queue.Queue(), []
    thread = threading.Thread(target=read, args=(client, pieces, box))
    thread.start()
    while (text := pieces.get()) is not None:
        print(text, end="")
    thread.join()
    report(box[0])


if __name__ == "__main__":
    main()
