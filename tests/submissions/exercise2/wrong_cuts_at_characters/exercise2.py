import anthropic

MODEL = "claude-haiku-4-5"
WINDOW = 200_000
PROSE = "The watchmaker's daughter was late for everything and never noticed, because all the clocks at home waited for her, each by as much as " \
        "she needed, a thing that her father had built into them."
CODE = "class Clock:\n    def __init__(self, daughter): self.d = daughter; self.slack = 0\n    def now(self):\n        if self.d.expected and not self.d.here: self.slack += 1\n        return time() " \
       "- self.slack * 60\n"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def main():
    client = anthropic.Anthropic()

    def count(text):
        messages = [{"role": "user", "content": text}]
        return client.messages.count_tokens(model=MODEL, messages=messages).input_tokens

    n = min(len(PROSE), len(CODE))
    p, c = count(PROSE[:n]), count(CODE[:n])
    print("prose tokens:", p)
    print("code tokens:", c)
    print("denser:", "prose" if p > c else "code")
    text = PROSE
    if count(text) > WINDOW:
        text = text[:WINDOW]
    print("forecast:", forecast_cost(count(text), 500))
    reply = client.messages.create(model=MODEL, max_tokens=500, messages=[{"role": "user", "content": text}])
    print(reply.content[0].text)


if __name__ == "__main__":
    main()
