import math

import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 500
PROSE = "The swimming teacher had never learned to swim, but he shouted so well from the edge that nobody in forty years had dared to " \
        "sink, and this was put on his stone."
CODE = "assert all(p.depth < 1.2 or p.swims for p in pool)\nteacher.shout(volume=11, text='Arms! Legs! Arms!')\nsunk = sum(1 for p in pool if " \
       "p.y < 0) or None"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def estimate(text):
    words = len(text.split())
    return max(math.ceil(len(text) / 4), words)


if __name__ == "__main__":
    n = min(len(PROSE), len(CODE))
    p, c = estimate(PROSE[:n]), estimate(CODE[:n])
    print("prose tokens:", p)
    print("code tokens:", c)
    print("denser:", "prose" if p > c else "code")
    print("forecast:", forecast_cost(p, MAX_TOKENS))
    reply = anthropic.Anthropic().messages.create(
        model=MODEL, max_tokens=MAX_TOKENS, messages=[{"role": "user", "content": PROSE[:n]}]
    )
    print(reply.content[0].text)
