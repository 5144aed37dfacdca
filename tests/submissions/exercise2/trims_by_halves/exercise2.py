import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 500
WINDOW = 200_000
PROSE = "The archive kept everything, even the notes that said what had been thrown away, and after a hundred years the notes " \
        "filled more shelves than the things, so that a young clerk proposed to throw away the notes."
CODE = "notes = collections.defaultdict(list)\nfor box in archive[::-1]:\n    notes[box.year] += [n for n in box.notes if n['kind'] != 'thing']\n" \
       "    if sum(map(len, notes.values())) >= 10_000: break\nclerk.propose(lambda: notes.clear())\n"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def main():
    client = anthropic.Anthropic()

    def count(text):
        messages = [{"role": "user", "content": text}]
        return client.messages.count_tokens(model=MODEL, messages=messages).input_tokens

    n = min(len(PROSE), len(CODE))
    p, c = count(PROSE[:n]), count(CODE[:n])
    print(f"prose tokens: {p}\ncode tokens: {c}\ndenser: {'prose' if p > c else 'code'}")
    text = PROSE
    size = count(text)
    while size + MAX_TOKENS > WINDOW and len(text) > 1:
        text = text[: len(text) // 2]
        size = count(text)
    if size + MAX_TOKENS > WINDOW:
        print("Even one letter is too long.")
        return
    print(f"forecast: {forecast_cost(size, MAX_TOKENS):.6f}")
    reply = client.messages.create(
        model=MODEL, max_tokens=MAX_TOKENS, messages=[{"role": "user", "content": text}]
    )
    print(reply.content[0].text)


if __name__ == "__main__":
    main()
