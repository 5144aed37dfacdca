import json

import anthropic

MODEL = "claude-haiku-4-5"
PROSE = "The night porter counted the keys and the guests, and when there was a key too many he woke the guests one by one to ask whether " \
        "they were there, and entered their answers in a book that was never read."
CODE = "keys = {k.room for k in board if k is not None}\nguests = dict(zip(rooms, names))\nfor room in sorted(keys ^ guests.keys()):\n    book.append({'room': " \
       "room, 'said': wake(guests.get(room, '?'))})\njson.dump(book, open('never_read.json', 'w'))\n"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


if __name__ == "__main__":
    client = anthropic.Anthropic()
    n = min(len(PROSE), len(CODE))
    counts = {}
    for key, sample in ("prose", PROSE), ("code", CODE):
        messages = [{"role": "user", "content": sample[:n]}]
        counts[key] = client.messages.count_tokens(model=MODEL, messages=messages).input_tokens
    print(json.dumps({"prose_tokens": counts["prose"], "code_tokens": counts["code"],
                      "denser": min(counts, key=counts.get),
                      "forecast": forecast_cost(counts["code"], 250)}, indent=1))
    print(client.messages.create(model=MODEL, max_tokens=250, messages=messages).content[0].text)
