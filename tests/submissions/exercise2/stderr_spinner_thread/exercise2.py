import sys
import anthropic
MODEL = "claude-haiku-4-5"
MAX_TOKENS = 500
WINDOW = 200_000
PROSE = (
    "The ferry left a quarter of an hour late because the captain had lent his cap to a boy who "
    "wanted to be photographed with it, and nobody on the quay thought that this was a bad reason."
)
CODE = (
    "def late(ferry, cap):\n    for minute in range(0, 15):\n        if cap.owner != ferry.captain:\n"
    "            ferry.wait(minutes=minute + 1)\n        else:\n            return {'late': minute, 'why': cap.loan}\n"
)
N = min(len(PROSE), len(CODE))
def forecast_cost(i, o): return (i * 1.0 + o * 5.0) / 1e6
def msg(t): return [{"role": "user", "content": t}]

def main():
    client = anthropic.Anthropic()
    def count(t, **k): return client.messages.count_tokens(model=MODEL, messages=msg(t), **k).input_tokens
    import threading, time
    stop = threading.Event()
    def spin():
        while not stop.wait(0.02): print('.', end='', file=sys.stderr, flush=True)
    t = threading.Thread(target=spin, daemon=True); t.start()
    p = count(PROSE[:N]); q = count(CODE[:N]); f = p
    stop.set(); t.join()
    if f + MAX_TOKENS > WINDOW: sys.exit('too long')
    print("prose tokens:", p); print("code tokens:", q); print("denser:", "prose" if p > q else "code")
    print(f"forecast: ${forecast_cost(f, MAX_TOKENS):.6f}")
    r = client.messages.create(model=MODEL, max_tokens=MAX_TOKENS, messages=msg(PROSE[:N]))
    print(r.content[0].text)
if __name__ == '__main__':
    main()
