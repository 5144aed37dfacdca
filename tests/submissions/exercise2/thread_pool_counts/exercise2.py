from concurrent.futures import ThreadPoolExecutor

import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 450
PROSE = "Nothing in the contract said that the elephant had to leave by the door, and so, when the circus moved on, it stayed " \
        "where it was, and the theatre was from then on built around it."
CODE = "struct elephant { double w; char name[32]; }; int leave(struct elephant *e, struct door *d) { return e->w <= d->w ? 0 : -1; } " \
       "int main(void) { return leave(&e, &d) + (1 << 3); }"
SAMPLES = {"prose": PROSE, "code": CODE}
client = anthropic.Anthropic()


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def count(text):
    return client.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": text}]).input_tokens


def main():
    n = min(len(s) for s in SAMPLES.values())
    with ThreadPoolExecutor() as pool:
        futures = {name: pool.submit(count, s[:n]) for name, s in SAMPLES.items()}
        question = pool.submit(count, "How does one move an elephant?")
    for name, future in futures.items():
        print(name, "tokens:", future.result())
    print("denser:", max(futures, key=lambda k: futures[k].result()))
    if question.result() + MAX_TOKENS > 200_000:
        raise SystemExit("too long")
    print("forecast:", f"${forecast_cost(question.result(), MAX_TOKENS):.6f}")
    reply = client.messages.create(
        model=MODEL, max_tokens=MAX_TOKENS, messages=[{"role": "user", "content": "How does one move an elephant?"}]
    )
    print(reply.content[0].text)


if __name__ == "__main__":
    main()
