import anthropic

MODEL = "claude-haiku-4-5"
WIDTH = 72


class Paper:
    def __init__(self):
        self.line = ""

    def write(self, text):
        self.line += text
        while True:
            head, newline, tail = self.line.partition("\n")
            if newline and len(head) <= WIDTH:
                self.line = tail
            elif len(head) > WIDTH and " " in head[:WIDTH]:
                cut = head.rindex(" ", 0, WIDTH)
                head, self.line = head[:cut], self.line[cut + 1:]
            else:
                return
            print(head, flush=True)

    def end(self):
        print(self.line, flush=True)


def main():
    client, paper = anthropic.Anthropic(), Paper()
    args = dict(model=MODEL, max_tokens=2000, messages=[{"role": "user", "content": "Why are lines 72 wide?"}])
    client.messages.create(**args)
    with client.messages.stream(**args) as stream:
        for text in stream.text_stream:
            paper.write(text)
        paper.end()
        final = stream.get_final_message()
    print("=" * WIDTH)
    print("Stop reason:".ljust(20), final.stop_reason)
    print("Input tokens:".ljust(20), final.usage.input_tokens)
    print("Output tokens:".ljust(20), final.usage.output_tokens)
    print("Cost:".ljust(20), f"${(final.usage.input_tokens + 5 * final.usage.output_tokens) / 1e6:.6f}")


if __name__ == "__main__":
    main()
