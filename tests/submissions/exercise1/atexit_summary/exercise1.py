import atexit

import anthropic

MODEL = "claude-haiku-4-5"
ledger = []


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


@atexit.register
def summary():
    for usage in ledger:
        cost = call_cost(usage.input_tokens, usage.output_tokens)
        print("input tokens:", usage.input_tokens)
        print("output tokens:", usage.output_tokens)
        print("cost:", f"${cost:.6f}")
        print("runs per dollar:", int(runs_per_dollar(cost)))


if __name__ == "__main__":
    reply = anthropic.Anthropic().messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Goodbye!"}]
    )
    ledger.append(reply.usage)
    print(reply.content[0].text)
    raise SystemExit
