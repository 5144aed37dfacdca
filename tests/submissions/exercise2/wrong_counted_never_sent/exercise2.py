import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 500
PROSE = "The emperor's new tailor asked to be paid by the hour, and sat at the empty loom from morning to night, and the court agreed " \
        "that no one had ever seen a man work so hard at so little."
CODE = "loom = [[None] * 400 for _ in range(900)]\nhours = sum((d.end - d.start).seconds // 3600 for d in days)\nbill = hours * RATE[tailor.name]\n" \
       "assert any(any(r) for r in loom) is False and bill > 0\n"


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
    print("forecast:", forecast_cost(p, MAX_TOKENS))
    print("Looks affordable. Not today, though.")
