import sys, os, time
import anthropic
MODEL = "claude-haiku-4-5"
MAX_TOKENS = 300
WINDOW = 200_000
PROSE = """The old harbour slept under a grey sky while two gulls argued about a crust of bread that neither of them had found. A boy with a bucket watched them and thought that grown people were much the same, only with better words and worse manners. Then the bell rang and everybody went home for soup."""
CODE = """def merge(a, b):
    out = []
    while a and b:
        out.append((a if a[0] <= b[0] else b).pop(0))
    return out + a + b

def sort(xs):
    if len(xs) < 2: return xs
    m = len(xs) // 2
    return merge(sort(xs[:m]), sort(xs[m:]))
print(sort([3, 1, 2]), {k: v for k, v in zip("abc", range(3))})
"""
N = min(len(PROSE), len(CODE))
PROSE_MSG = [{"role": "user", "content": PROSE[:N]}]
CODE_MSG = [{"role": "user", "content": CODE[:N]}]
def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.00 + output_tokens * 5.00) / 1_000_000
def say(p, c):
    print("prose tokens:", p); print("code tokens:", c)
    print("denser:", "prose" if p > c else "code")
    print(f"forecast: ${forecast_cost(p, MAX_TOKENS):.6f}")
def fits(n):
    return n + MAX_TOKENS <= WINDOW
def count(m, c=None):
    return (c or client()).messages.count_tokens(model=MODEL, messages=m).input_tokens
def send(m=PROSE_MSG, c=None):
    return (c or client()).messages.create(model=MODEL, max_tokens=MAX_TOKENS, messages=m)
_c = None
def client():
    global _c
    _c = _c or anthropic.Anthropic()
    return _c


def main():
    global _c
    _c = anthropic.Anthropic(timeout=0.9, max_retries=0)
    p, c = count(PROSE_MSG), count(CODE_MSG)
    say(p, c)
    if not fits(p): print("too long"); return
    print(send().content[0].text)


if __name__ == '__main__':
    main()
