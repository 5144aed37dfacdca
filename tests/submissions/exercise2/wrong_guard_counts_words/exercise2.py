import sys

import anthropic

MODEL = "claude-haiku-4-5"
WINDOW = 200_000
PROSE = "The lift in the ministry stopped at every floor whether anybody wanted it or not, and in the course of a career a clerk spent in it, as " \
        "one of them worked out in the lift, two years and a day."
CODE = "floors = itertools.cycle([*range(0, 9), *range(9, 0, -1)])\nspent = timedelta()\nfor f in floors:\n    spent += timedelta(seconds=22 + 3 * (f == 0))\n    if spent > timedelta(days=731)" \
       ": break\nprint(f'{spent!s:>20}')\n"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


if __name__ == "__main__":
    client = anthropic.Anthropic()
    n = min(len(PROSE), len(CODE))
    p, c = [
        client.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": s[:n]}]).input_tokens
        for s in (PROSE, CODE)
    ]
    print("prose tokens:", p)
    print("code tokens:", c)
    print("denser:", "prose" if p > c else "code")
    print("forecast:", forecast_cost(p, 500))
    if len(PROSE.split()) > WINDOW:
        sys.exit("too long")
    reply = client.messages.create(model=MODEL, max_tokens=500, messages=[{"role": "user", "content": PROSE[:n]}])
    print(reply.content[0].text)
