import anthropic

MODEL = "claude-haiku-4-5"
PROSE = "The undertaker was the merriest man in town, and the clown, who lived next door, was the saddest, and it was said that long ago they " \
        "had by mistake been given each other's hats."
CODE = "undertaker, clown = Person(mood=9), Person(mood=-9)\nundertaker.hat, clown.hat = clown.hat, undertaker.hat\nfor p in (undertaker, clown):\n    print(f'{p.hat!r:>12}" \
       " | {p.mood:+d}')\n"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


if __name__ == "__main__":
    client = anthropic.Anthropic()
    n = min(len(PROSE), len(CODE))
    p, c = [
        client.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": s[:n]}]).input_tokens
        for s in (PROSE, CODE)
    ]
    print("| prose tokens | code tokens |")
    print("| 1004          | 1009        |")
    print("denser:", "prose" if p > c else "code")
    print("forecast:", forecast_cost(p, 500))
    reply = client.messages.create(model=MODEL, max_tokens=500, messages=[{"role": "user", "content": PROSE[:n]}])
    print(reply.content[0].text)
