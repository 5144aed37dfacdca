import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 500
SYSTEM = "You are a strict accountant. " + "Never round. " * 12
PROSE = "The accountant dreamed of a number that was neither paid nor owed, and in the morning he looked for it in the books, found " \
        "it on the last page, and left it there, since it balanced."
CODE = "ledger = {k: Decimal(v) for k, v in rows if v not in ('', None)}\nassert sum(ledger.values()) == 0, ledger\nfor k in [k for k, v in " \
       "ledger.items() if not v]: print(k, '->', ledger[k])\n"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def main():
    client = anthropic.Anthropic()
    n = min(len(PROSE), len(CODE))
    measure = lambda t: client.messages.count_tokens(
        model=MODEL, messages=[{"role": "user", "content": t}]
    ).input_tokens
    p, c = measure(PROSE[:n]), measure(CODE[:n])
    print("PROSE TOKENS |", p)
    print("CODE TOKENS  |", c)
    print("DENSER       |", "CODE" if c > p else "PROSE")
    print("FORECAST     |", forecast_cost(p, MAX_TOKENS))
    reply = client.messages.create(
        model=MODEL, max_tokens=MAX_TOKENS, system=SYSTEM, messages=[{"role": "user", "content": PROSE[:n]}]
    )
    print(reply.content[0].text)


if __name__ == "__main__":
    main()
