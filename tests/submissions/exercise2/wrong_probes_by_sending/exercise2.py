import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 500
PROSE = "The judge was so short that he stood on the law to see the accused, three thick volumes of it, and when a thin new edition " \
        "came out he asked for the old one back, and for a cushion."
CODE = "judge.height += sum(v.thickness for v in law.volumes[:3])\nif judge.height < bench.top:\n    raise CushionNeeded(bench.top - judge.height, " \
       "unit='cm')\n[court.rise(), court.sit()][judge.visible]\n"
client = anthropic.Anthropic()


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def send(text, limit):
    return client.messages.create(model=MODEL, max_tokens=limit, messages=[{"role": "user", "content": text}])


if __name__ == "__main__":
    n = min(len(PROSE), len(CODE))
    p, c = [
        client.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": s[:n]}]).input_tokens
        for s in (PROSE, CODE)
    ]
    print("prose tokens:", p)
    print("code tokens:", c)
    print("denser:", "prose" if p > c else "code")
    question = "Should a judge be tall?"
    probe = send(question, 1).usage.input_tokens
    print("forecast:", f"${forecast_cost(probe, MAX_TOKENS):.6f}")
    print(send(question, MAX_TOKENS).content[0].text)
