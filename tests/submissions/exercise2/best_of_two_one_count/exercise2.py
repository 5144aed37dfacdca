import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 200
PROSE = "Every evening the baker set one loaf aside for the watchman, and every morning the watchman brought it back, stale, " \
        "for he did not like bread; neither of them would have missed it for the world."
CODE = "loaf = Loaf(baker=b, fresh=True)\nwhile (night := next(nights, None)) is not None:\n    w.take(loaf); loaf.fresh = False\n" \
       "    b.receive(w.give_back(loaf)); log[night] += 1  # {loaf: stale}\nprint(sum(log.values()), max(log, key=log.get))\n"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


if __name__ == "__main__":
    client = anthropic.Anthropic()
    n = min(len(PROSE), len(CODE))
    asked = [{"role": "user", "content": CODE[:n]}]
    p = client.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": PROSE[:n]}]).input_tokens
    c = client.messages.count_tokens(model=MODEL, messages=asked).input_tokens
    print("prose tokens:", p)
    print("code tokens:", c)
    print("denser:", "code" if c > p else "prose")
    print("forecast:", forecast_cost(c, MAX_TOKENS), "for each of two tries")
    tries = [client.messages.create(model=MODEL, max_tokens=MAX_TOKENS, messages=asked) for _ in range(2)]
    print(min((t.content[0].text for t in tries), key=len))
