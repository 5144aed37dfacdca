import anthropic

MODEL = "claude-haiku-4-5"


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1 + output_tokens * 5) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


def main():
    client = anthropic.Anthropic()
    question = [{"role": "user", "content": "Which is the smallest planet?"}]
    reply = client.messages.create(model=MODEL, max_tokens=300, messages=question)
    tokens_in, tokens_out = reply.usage.input_tokens, reply.usage.output_tokens
    cost = call_cost(tokens_in, tokens_out)
    print("input tokens:", tokens_in)
    print("output tokens:", tokens_out)
    print(f"cost (dollars, not cents): {cost * 100:.4f}")
    print(f"runs per dollar: {runs_per_dollar(cost):.0f}")


main()
