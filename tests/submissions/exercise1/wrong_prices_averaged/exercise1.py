from statistics import mean

import anthropic

MODEL = "claude-sonnet-4-6"
PRICES = [3.0, 15.0]


def call_cost(input_tokens, output_tokens):
    return mean(PRICES) * sum([input_tokens, output_tokens]) / 1e6


def runs_per_dollar(cost):
    return 1 / cost


reply = anthropic.Anthropic().messages.create(
    model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Explain averages."}]
)
print(reply.content[0].text)
i, o = reply.usage.input_tokens, reply.usage.output_tokens
print("INPUT TOKENS", i)
print("OUTPUT TOKENS", o)
print("COST", f"${call_cost(i, o):.6f}")
print("RUNS PER DOLLAR", int(runs_per_dollar(call_cost(i, o))))
