import anthropic

MODEL = "claude-haiku-4-5"
ONE = 0.01


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def runs_per_dollar(cost):
    return ONE / cost


if __name__ == "__main__":
    reply = anthropic.Anthropic().beta.messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "How much for one?"}]
    )
    print(reply.content[0].text)
    cost = call_cost(reply.usage.input_tokens, reply.usage.output_tokens)
    print(f"""
    Input tokens     {reply.usage.input_tokens}
    Output tokens    {reply.usage.output_tokens}
    Cost             {cost:.6f}
    Runs per dollar  {runs_per_dollar(cost):.3f}
    """)
