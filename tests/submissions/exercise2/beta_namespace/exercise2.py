import anthropic

MODEL = "claude-haiku-4-5-20251001"
MAX_TOKENS = 256
PROSE = "My grandmother kept her recipes in a tin that had once held screws, and she shook it before opening, " \
        "because, she said, a recipe that does not rattle is not worth cooking at all."
CODE = "SELECT r.title, COUNT(*) AS rattles FROM recipes r JOIN tin t ON t.id = r.tin_id WHERE t.held = 'screws' " \
       "GROUP BY r.title HAVING COUNT(*) > 0 ORDER BY rattles DESC, r.title ASC LIMIT 25;"


def forecast_cost(input_tokens: int, output_tokens: int) -> float:
    return (1.0 * input_tokens + 5.0 * output_tokens) / 1_000_000


def main() -> int:
    messages = anthropic.Anthropic().beta.messages
    n = min(map(len, (PROSE, CODE)))
    counts = {}
    for name, sample in (("prose", PROSE), ("code", CODE)):
        turn = [{"role": "user", "content": sample[:n]}]
        counts[name] = messages.count_tokens(model=MODEL, messages=turn).input_tokens
        print(f"{name} tokens ({n} characters): {counts[name]}")
    print("denser =", max(counts, key=counts.get))
    if counts["code"] + MAX_TOKENS > 200_000:
        print("not sent")
        return 3
    print("forecast =", f"{forecast_cost(counts['code'], MAX_TOKENS):.6f}", "USD")
    reply = messages.create(model=MODEL, max_tokens=MAX_TOKENS, messages=turn)
    print(reply.content[0].text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
