import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 400
PROSE = "At the end of the lane lived a man who repaired umbrellas in summer and fans in winter, because, as he said, people " \
        "are honest about things only when they do not need them."
CODE = "switch (season) { case 'summer': repair(umbrellas, { price: 2.50 }); break; case 'winter': repair(fans, { price: 1.75 }); " \
       "break; default: throw new Error(`no ${season}`); }"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


class Conversation:
    def __init__(self):
        self.client = anthropic.Anthropic()
        self.history = []

    def count(self, messages):
        return self.client.messages.count_tokens(model=MODEL, messages=messages).input_tokens

    def say(self, text):
        self.history.append({"role": "user", "content": text})
        size = self.count(self.history)
        if size + MAX_TOKENS > 200_000:
            raise SystemExit("The conversation does not fit any more.")
        print(f"forecast: ${forecast_cost(size, MAX_TOKENS):.6f}")
        reply = self.client.messages.create(model=MODEL, max_tokens=MAX_TOKENS, messages=self.history)
        self.history.append({"role": "assistant", "content": reply.content[0].text})
        print(reply.content[0].text)


if __name__ == "__main__":
    talk = Conversation()
    n = min(len(PROSE), len(CODE))
    p = talk.count([{"role": "user", "content": PROSE[:n]}])
    c = talk.count([{"role": "user", "content": CODE[:n]}])
    print("prose tokens:", p, "\ncode tokens:", c, "\ndenser:", "code" if c > p else "prose")
    talk.say("Why does nobody repair umbrellas any more?")
    talk.say("And fans?")
