import json

import anthropic

MODEL = "claude-haiku-4-5"


def call_cost(input_tokens, output_tokens):
    return (input_tokens + output_tokens * 5) / 1_000_000


def runs_per_dollar(cost):
    return int(1 / cost)


def main():
    reply = anthropic.Anthropic().messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Count to five."}]
    )
    cost = call_cost(reply.usage.input_tokens, reply.usage.output_tokens)
    out = {
        "reply": reply.content[0].text,
        "input_tokens": reply.usage.input_tokens,
        "output_tokens": reply.usage.output_tokens,
        "cost_cents": round(cost * 100, 4),
        "runs_per_dollar": runs_per_dollar(cost),
    }
    print(json.dumps(out, indent=4, ensure_ascii=False))


if __name__ == "__main__":
    main()
