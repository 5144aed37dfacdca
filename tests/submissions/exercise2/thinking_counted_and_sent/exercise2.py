import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 3000
THINKING = {"type": "enabled", "budget_tokens": 1024}
PROSE = "She had learned chess from a book with the last page missing, and so for years she believed that a king who could " \
        "not move was simply a king at rest, and she played accordingly, kindly, and lost."
CODE = "def is_mate(board: Board, king: Square) -> bool:\n    moves = [m for m in board.moves(king) if not board.attacked(m.to)]\n" \
       "    return not moves and board.attacked(king) and len(board.blockers(king)) == 0\n\nassert is_mate(B, 'e1') is True\n"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


if __name__ == "__main__":
    client = anthropic.Anthropic()
    size = min(len(PROSE), len(CODE))
    request = {"model": MODEL, "thinking": THINKING, "messages": [{"role": "user", "content": PROSE[:size]}]}
    first = client.messages.count_tokens(**request).input_tokens
    second = client.messages.count_tokens(
        model=MODEL, thinking=THINKING, messages=[{"role": "user", "content": CODE[:size]}]
    ).input_tokens
    print("prose tokens:", first)
    print("code tokens:", second)
    print("denser:", "prose" if first > second else "code")
    print("forecast:", f"{forecast_cost(first, MAX_TOKENS) * 100:.4f} cents")
    if first + MAX_TOKENS < 200_000:
        reply = client.messages.create(max_tokens=MAX_TOKENS, **request)
        print(*[b.text for b in reply.content if b.type == "text"])
