import anthropic

MODEL = "claude-sonnet-4-6"
COUNTER = "claude-haiku-4-5"
MAX_TOKENS = 500
PROSE = "The weather man apologised each evening for the weather of the day before, and in time people began to write to him with " \
        "their complaints, about the hail, the crops and once about a marriage."
CODE = "mail = [m for m in inbox if m.topic in {'hail', 'crops', 'marriage'}]\nreply = lambda m: f'Dear {m.name},\\n{sorry(m.topic)}\\n'\n" \
       "for m in mail: smtp.send(to=m.addr, body=reply(m), retry=3, tls=True)\n"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 3.0 + output_tokens * 15.0) / 1_000_000


class Counter:
    def __init__(self, client, model=COUNTER):
        self.client, self.model = client, model

    def __call__(self, text):
        answer = self.client.messages.count_tokens(model=self.model, messages=[{"role": "user", "content": text}])
        return answer.input_tokens


if __name__ == "__main__":
    client = anthropic.Anthropic()
    count = Counter(client)
    n = min(len(PROSE), len(CODE))
    p, c = count(PROSE[:n]), count(CODE[:n])
    print("prose tokens:", p)
    print("code tokens:", c)
    print("denser:", "prose" if p > c else "code")
    print("forecast:", forecast_cost(c, MAX_TOKENS))
    reply = client.messages.create(
        model=MODEL, max_tokens=MAX_TOKENS, messages=[{"role": "user", "content": CODE[:n]}]
    )
    print(reply.content[0].text)
