import anthropic

MODEL = "claude-haiku-4-5"
PROSE = "The echo in the valley answered only in the local dialect, and strangers who called into it were offended, until a schoolmaster put up " \
        "a board with the most useful phrases."
CODE = "valley.on('call', (s, lang) => { const e = lang === 'local' ? s.slice(-8) : DIALECT[s] ?? '...'; setTimeout(() => valley.emit('echo', e), 340 * " \
       "2); }); board.add(PHRASES);"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


if __name__ == "__main__":
    client = anthropic.Anthropic()
    n = min(len(PROSE), len(CODE))
    p, c = [
        client.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": s[:n]}]).input_tokens
        for s in (PROSE, CODE)
    ]
    print("prose:", p)
    print("code:", c)
    print("denser:", "prose" if p > c else "code")
    print("forecast:", forecast_cost(p, 500))
    reply = client.messages.create(model=MODEL, max_tokens=500, messages=[{"role": "user", "content": PROSE[:n]}])
    print(reply.content[0].text)
