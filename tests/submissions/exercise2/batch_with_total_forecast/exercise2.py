import sys

import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 120
PROSE = "The four sisters shared one bicycle, and the order in which they rode it was fixed by a treaty that hung in the " \
        "kitchen, signed by all of them and by a cousin who was thought to be neutral."
CODE = "sisters = ['Ada', 'Bea', 'Cleo', 'Dot']\ntreaty = {d: sisters[(i * 3) % 4] for i, d in enumerate(range(1, 32))}\n" \
       "assert len(set(treaty.values())) == 4, treaty\nprint(*(f'{d:02}:{s[0]}' for d, s in treaty.items()), sep=';')\n"
NAMES = ["Ada", "Bea", "Cleo", "Dot"]


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def user(text):
    return [{"role": "user", "content": text}]


def main():
    client = anthropic.Anthropic()
    n = min(len(PROSE), len(CODE))
    count = lambda text: client.messages.count_tokens(model=MODEL, messages=user(text)).input_tokens
    p, c = count(PROSE[:n]), count(CODE[:n])
    print("prose tokens:", p)
    print("code tokens:", c)
    print("denser:", "prose" if p > c else "code")
    jobs = [f"Write a limerick about {name}. She is number {i}." for i, name in enumerate(NAMES, 1)]
    sizes = [count(job) for job in jobs]
    if max(sizes) + MAX_TOKENS > 200_000:
        sys.exit("At least one of them is too long.")
    print("forecast for all:", f"${sum(forecast_cost(s, MAX_TOKENS) for s in sizes):.6f}")
    for job in jobs:
        print(client.messages.create(model=MODEL, max_tokens=MAX_TOKENS, messages=user(job)).content[0].text, "\n")


if __name__ == "__main__":
    main()
