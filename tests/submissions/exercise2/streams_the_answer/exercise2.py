import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 1500
PROSE = "On the island there was one bus and one timetable, and the driver, who had written it, kept to it so well that the only " \
        "passenger, who was his wife, could set by it the clock that he had given her."
CODE = "@app.get('/bus/{stop_id}')\nasync def bus(stop_id: int, t: datetime = Depends(now)):\n    row = await db.fetch_one(Q, {'s': stop_id, 't': t})\n" \
       "    if not row: raise HTTPException(404, detail=f'{stop_id=}')\n    return {'bus': 1, 'at': row['t'].isoformat()}\n"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def main():
    client = anthropic.Anthropic()
    size = min(len(PROSE), len(CODE))
    messages = {k: [{"role": "user", "content": s[:size]}] for k, s in (("prose", PROSE), ("code", CODE))}
    n = {k: client.messages.count_tokens(model=MODEL, messages=m).input_tokens for k, m in messages.items()}
    print("prose tokens:", n["prose"])
    print("code tokens:", n["code"])
    winner = "prose" if n["prose"] > n["code"] else "code"
    print("denser:", winner)
    print("forecast:", forecast_cost(n[winner], MAX_TOKENS))
    if n[winner] + MAX_TOKENS > 200_000:
        return
    with client.messages.stream(model=MODEL, max_tokens=MAX_TOKENS, messages=messages[winner]) as stream:
        for text in stream.text_stream:
            print(text, end="", flush=True)
    print()


if __name__ == "__main__":
    main()
