import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 500
PROSE = "The gardener planted only trees that he would not live to see, and told this to everybody who bought from him, so that his " \
        "customers were few, patient, and on the whole very happy people."
CODE = "trees = sorted((t for t in nursery if t.grown > gardener.age + 60), key=lambda t: -t.grown)\nwith open('bills.csv', 'w') as f:\n    " \
       "csv.writer(f).writerows([t.id, t.name, t.price] for t in trees)\n"
TALK = [
    {"role": "user", "content": "Name a tree that grows slowly."},
    {"role": "assistant", "content": "The yew."},
    {"role": "user", "content": "How old does it get?"},
]


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def main():
    client = anthropic.Anthropic()

    def count(*messages):
        return client.messages.count_tokens(model=MODEL, messages=list(messages)).input_tokens

    n = min(len(PROSE), len(CODE))
    p = count({"role": "user", "content": PROSE[:n]})
    c = count({"role": "user", "content": CODE[:n]})
    print("prose tokens:", p)
    print("code tokens:", c)
    print("denser:", "prose" if p > c else "code")
    total = sum(count({"role": "user", "content": turn["content"]}) for turn in TALK)
    print("forecast:", forecast_cost(total, MAX_TOKENS))
    print(client.messages.create(model=MODEL, max_tokens=MAX_TOKENS, messages=TALK).content[0].text)


if __name__ == "__main__":
    main()
