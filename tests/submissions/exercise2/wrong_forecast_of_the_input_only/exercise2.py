import anthropic

MODEL = "claude-haiku-4-5"
PROSE = "The cook had lost his sense of taste and told nobody, and for a year he seasoned by the faces of the guests, and in that year the " \
        "inn was given its star, which he could not explain."
CODE = "salt = 1.0\nfor plate in range(year * 365):\n    face = guest.look()  # -1.0 .. +1.0\n    salt *= 1 + 0.05 * (face < 0) - 0.05 * (face > 0.9)\nassert " \
       "0.1 < salt < 3, f'{salt:.2f}'\ninn.stars += 1\n"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def main():
    client = anthropic.Anthropic()
    n = min(len(PROSE), len(CODE))
    first, second = ([{"role": "user", "content": s[:n]}] for s in (PROSE, CODE))
    p = client.messages.count_tokens(model=MODEL, messages=first).input_tokens
    c = client.messages.count_tokens(model=MODEL, messages=second).input_tokens
    print("prose tokens:", p)
    print("code tokens:", c)
    print("denser:", "prose" if p > c else "code")
    print(f"forecast: ${forecast_cost(p, 0):.6f} (before the answer is known)")
    print(client.messages.create(model=MODEL, max_tokens=500, messages=first).content[0].text)


if __name__ == "__main__":
    main()
