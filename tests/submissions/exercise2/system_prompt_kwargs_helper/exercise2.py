import anthropic

MODEL = "claude-haiku-4-5"
PROSE = "When the library burned, the readers came with buckets and the writers with notebooks, and it was never " \
        "settled which of the two had saved more, though the argument lasted longer than the fire."
CODE = "import os, sys\nbooks = [b for b in os.listdir('library') if not b.endswith('.burnt')]\nfor i, b in enumerate(books):\n" \
       "    sys.stdout.write(f'{i:03d} {b!r}\\n')\nraise SystemExit(len(books) == 0)\n"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def count(client, **kwargs):
    kwargs.pop("max_tokens", None)
    return client.messages.count_tokens(**kwargs).input_tokens


def main():
    client = anthropic.Anthropic(max_retries=4, timeout=60)
    n = min(len(PROSE), len(CODE), 180)
    base = dict(model=MODEL, system="You are a patient librarian.")
    samples = {
        label: count(client, **base, messages=[{"role": "user", "content": text[:n]}])
        for label, text in [("prose", PROSE), ("code", CODE)]
    }
    print(samples)  # for me
    for label in samples:
        print(f"{label} tokens: {samples[label]}")
    print(f"denser: {'prose' if samples['prose'] > samples['code'] else 'code'}")
    request = dict(base, max_tokens=640, messages=[{"role": "user", "content": "Which book should I save?"}])
    needed = count(client, **request)
    print(f"forecast: ${forecast_cost(needed, request['max_tokens']):.6f} at most")
    if needed + request["max_tokens"] > 200_000:
        raise SystemExit("over the window")
    print(client.messages.create(**request).content[0].text)


if __name__ == "__main__":
    main()
