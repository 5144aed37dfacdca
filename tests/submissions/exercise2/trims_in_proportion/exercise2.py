import anthropic

MODEL = "claude-sonnet-4-6"
MAX_TOKENS = 1024
ROOM = 200_000 - MAX_TOKENS
PROSE = "A letter that is posted without a stamp arrives too, only later and at the cost of the one who gets it, and this, the " \
        "uncle used to say, is the whole theory of inheritance, for which other people need volumes."
CODE = "letters.sort(key=lambda l: (l.stamp is None, -l.weight))\ncost = {True: 2 * rate, False: rate}\nfor l in letters:\n    who = l.to if " \
       "l.stamp is None else l.sender\n    bills[who] = bills.get(who, 0) + cost[l.stamp is None] * math.ceil(l.weight / 20)\n"


def forecast_cost(input_tokens, output_tokens):
    return input_tokens * 3e-6 + output_tokens * 15e-6


def request(text):
    return {"model": MODEL, "messages": [{"role": "user", "content": text}]}


def main():
    client = anthropic.Anthropic()
    n = min(len(PROSE), len(CODE))
    prose = client.messages.count_tokens(**request(PROSE[:n])).input_tokens
    code = client.messages.count_tokens(**request(CODE[:n])).input_tokens
    print("prose tokens:", prose)
    print("code tokens:", code)
    print("denser:", "prose" if prose > code else "code")
    text, size = PROSE[:n], prose
    for _ in range(20):
        if size <= ROOM:
            break
        text = text[: int(len(text) * ROOM / size * 0.9)] or text[:1]
        size = client.messages.count_tokens(**request(text)).input_tokens
    else:
        raise SystemExit("I give up.")
    print("forecast:", forecast_cost(size, MAX_TOKENS))
    print(client.messages.create(max_tokens=MAX_TOKENS, **request(text)).content[0].text)


if __name__ == "__main__":
    main()
