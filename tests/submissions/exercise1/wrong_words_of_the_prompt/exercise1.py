import anthropic

MODEL = "claude-haiku-4-5"
PROMPT = "Hi, what is a token?"


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1.00 + output_tokens * 5.00) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


if __name__ == "__main__":
    client = anthropic.Anthropic()
    reply = client.messages.create(model=MODEL, max_tokens=200, messages=[{"role": "user", "content": PROMPT}])
    print(reply.content[0].text)
    cost = call_cost(reply.usage.input_tokens, reply.usage.output_tokens)
    print("input tokens:", len(PROMPT.split()))
    print("output tokens:", reply.usage.output_tokens)
    print(f"cost: ${cost:.6f}")
    print(f"runs per dollar: {runs_per_dollar(cost):.0f}")
