import time

import anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00
OUTPUT_PRICE = 5.00
PROMPT = "Explain in five paragraphs how paper is made."


class Display:
    """Text that is drawn at most thirty times a second."""

    def __init__(self):
        self.waiting = []
        self.next_s = time.monotonic()

    def add(self, text):
        self.waiting.append(text)
        if time.monotonic() >= self.next_s:
            self.draw()

    def draw(self):
        print("".join(self.waiting), end="", flush=True)
        self.waiting.clear()
        self.next_s = time.monotonic() + 1 / 30


def main():
    client = anthropic.Anthropic()
    messages = [{"role": "user", "content": PROMPT}]
    plain = client.messages.create(model=MODEL, max_tokens=2000, messages=messages)
    print(len(plain.content[0].text), "characters arrived at once.\n")
    with client.messages.stream(model=MODEL, max_tokens=2000, messages=messages) as stream:
        display = Display()
        for text in stream.text_stream:
            display.add(text)
        display.draw()
        final = stream.get_final_message()
    cost = (final.usage.input_tokens * INPUT_PRICE + final.usage.output_tokens * OUTPUT_PRICE) / 1_000_000
    print()
    print("stop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print(f"cost: ${cost:.6f}")


if __name__ == "__main__":
    main()
