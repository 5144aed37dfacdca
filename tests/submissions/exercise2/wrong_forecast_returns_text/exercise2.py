import anthropic

MODEL = "claude-haiku-4-5"
PROSE = "The poet sold his silence by the month to a neighbour, who paid well, and when the neighbour moved away the poet found that he had " \
        "nothing left to say, and was praised for it."
CODE = "silence = itertools.repeat('', months)\nfor i, s in enumerate(silence):\n    assert s == '' and poet.wallet == (i * FEE)\n    poet.wallet += FEE if " \
       "neighbour.here else 0\nprint(repr(poet.say()), end='')\n"


def forecast_cost(input_tokens, output_tokens):
    return "%.6f dollars" % ((input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000)


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
    reply = client.messages.create(model=MODEL, max_tokens=500, messages=[{"role": "user", "content": PROSE[:n]}])
    print(reply.content[0].text)
