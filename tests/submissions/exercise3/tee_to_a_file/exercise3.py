import contextlib
import sys

import anthropic

MODEL = "claude-haiku-4-5"


class Tee:
    def __init__(self, *targets):
        self.targets = targets

    def write(self, text):
        for target in self.targets:
            target.write(text)
            target.flush()
        return len(text)

    def flush(self):
        pass


def main():
    client = anthropic.Anthropic()
    ask = dict(model=MODEL, max_tokens=2000, messages=[{"role": "user", "content": "Tea or coffee?"}])
    with open("transcript.txt", "w", encoding="utf-8") as f, contextlib.redirect_stdout(Tee(sys.stdout, f)):
        client.messages.create(**ask)
        with client.messages.stream(**ask) as stream:
            for text in stream.text_stream:
                print(text, end="")
            final = stream.get_final_message()
        print()
        print("Stop reason | Input tokens | Output tokens | Cost")
        print("------------|--------------|---------------|---------")
        print(final.stop_reason, final.usage.input_tokens, final.usage.output_tokens,
              f"{(final.usage.input_tokens + 5 * final.usage.output_tokens) / 1e6:.6f}", sep=" | ")


if __name__ == "__main__":
    main()
