import queue
import threading

import anthropic

MODEL = "claude-haiku-4-5"
ASK = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "How do queues work?"}]}
pieces: "queue.Queue[str | None]" = queue.Queue()
box = {}


def reader(client):
    with client.messages.stream(**ASK) as stream:
        for text in stream.text_stream:
            pieces.put(text)
        box["final"] = stream.get_final_message()
    pieces.put(None)


if __name__ == "__main__":
    client = anthropic.Anthropic()
    client.messages.create(**ASK)
    thread = threading.Thread(target=reader, args=(client,), daemon=True)
    thread.start()
    while True:
        try:
            text = pieces.get(timeout=0.05)
        except queue.Empty:
            continue
        if text is None:
            break
        print(text, end="", flush=True)
    thread.join()
    final = box["final"]
    print()
    print("stop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print("cost:", (final.usage.input_tokens + final.usage.output_tokens * 5) / 1_000_000)
