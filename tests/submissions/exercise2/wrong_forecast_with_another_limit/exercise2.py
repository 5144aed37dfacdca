import anthropic

MODEL = "claude-haiku-4-5"
TYPICAL_ANSWER = 1000
PROSE = "The cartographer drew the islands from memory, larger where he had been happy, and ships that trusted him ran aground on places where " \
        "he had once waited for a letter."
CODE = "for isle in sorted(memory, key=lambda i: i.joy):\n    r = isle.radius * (1 + max(0.0, isle.joy))\n    svg.append(f'<circle r=\"{r:.1f}\" cx=\"{isle.x}\" " \
       "cy=\"{isle.y}\"/>')\n"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


if __name__ == "__main__":
    client = anthropic.Anthropic()
    n = min(len(PROSE), len(CODE))
    p, c = [
        client.beta.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": s[:n]}]).input_tokens
        for s in (PROSE, CODE)
    ]
    print("prose tokens:", p)
    print("code tokens:", c)
    print("denser:", "prose" if p > c else "code")
    print("forecast:", forecast_cost(p, TYPICAL_ANSWER))
    reply = client.messages.create(model=MODEL, max_tokens=300, messages=[{"role": "user", "content": PROSE[:n]}])
    print(reply.content[0].text)
