import anthropic

MODEL = "claude-haiku-4-5"
MARKS = str.maketrans("", "", "*#`_")


def plain(text):
    return text.translate(MARKS)


class Talk:
    def __init__(self, prompt):
        self.client = anthropic.Anthropic()
        self.args = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": prompt}]}

    def create(self):
        return self.client.messages.create(**self.args)

    def stream(self):
        with self.client.messages.stream(**self.args) as s:
            for text in s.text_stream:
                print(plain(text), end="", flush=True)
            return s.get_final_message()


if __name__ == "__main__":
    talk = Talk("List five mistakes that beginners make.")
    talk.create()
    message = talk.stream()
    print("\n---")
    print("stopReason:", message.stop_reason)
    print("inputTokens:", message.usage.input_tokens)
    print("outputTokens:", message.usage.output_tokens)
    print("costUsd:", (message.usage.input_tokens + 5 * message.usage.output_tokens) / 1_000_000)
