import anthropic

MODEL = "claude-haiku-4-5"


def call_cost(input_tokens, output_tokens):
        dollars = input_tokens * 1.0 + output_tokens * 5.0
	return dollars / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


reply = anthropic.Anthropic().messages.create(model=MODEL, max_tokens=9, messages=[{"role": "user", "content": "Hi"}])
print("input tokens:", reply.usage.input_tokens)
