import anthropic

MODEL = "claude-haiku-4-5"


def call_cost(input_tokens, output_tokens):
    micro_dollars = input_tokens * 1 + output_tokens * 5
    return micro_dollars * 1e-6


def runs_per_dollar(cost):
    return 1 / cost


class Chat:
    def __init__(self, model):
        self.client = anthropic.Anthropic()
        self.model = model
        self.last = None

    def say(self, text):
        self.last = self.client.messages.create(
            model=self.model, max_tokens=125, messages=[{"role": "user", "content": text}]
        )
        return self.last.content[0].text

    def bill(self):
        u = self.last.usage
        cost = call_cost(u.input_tokens, u.output_tokens)
        yield f"Input tokens: {u.input_tokens}"
        yield f"Output tokens: {u.output_tokens}"
        yield f"Cost: {cost * 100} cents"
        yield f"Runs per dollar: about {runs_per_dollar(cost):.0f}"


if __name__ == "__main__":
    chat = Chat(MODEL)
    print(chat.say("How do magnets work?"))
    print(*chat.bill(), sep="\n")
