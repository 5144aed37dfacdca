import itertools
import threading
import time

import anthropic

MODEL = "claude-haiku-4-5"
ASK = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "Are we there yet?"}]}


class Spinner:
    def __enter__(self):
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.turn)
        self.thread.start()
        return self

    def turn(self):
        for frame in itertools.cycle("⠋⠙⠹⠸⠼⠴⠦⠧"):
            print(f"\r{frame} ", end="", flush=True)
            if self.stop.wait(0.02):
                print("\r   \r", end="", flush=True)
                return

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()


def main():
    client = anthropic.Anthropic()
    with Spinner():
        client.messages.create(**ASK)
        time.sleep(0.05)
    with client.messages.stream(**ASK) as stream:
        with Spinner():
            first = next(iter(stream.text_stream))
        print("Claude: ", end="")
        print(first, end="", flush=True)
        for text in stream.text_stream:
            print(text, end="", flush=True)
        final = stream.get_final_message()
    print(" ■\n")
    print(f"stop reason: {final.stop_reason} 🛑")
    print(f"📥 input tokens: {final.usage.input_tokens}")
    print(f"📤 output tokens: {final.usage.output_tokens}")
    print(f"💵 cost: {(final.usage.input_tokens + 5 * final.usage.output_tokens) / 1e4:.4f} ¢")


if __name__ == "__main__":
    main()
