import anthropic

MODEL = "claude-haiku-4-5"


def call_cost(input_tokens, output_tokens):
    return f"${(input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000:.6f}"


def runs_per_dollar(cost):
    return 1 / float(str(cost).lstrip("$"))


if __name__ == "__main__":
    reply = anthropic.Anthropic().messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Spell it out."}]
    )
    print(reply.content[0].text)
    cost = call_cost(reply.usage.input_tokens, reply.usage.output_tokens)
    print("input tokens: " + str(reply.usage.input_tokens))
    print("output tokens: " + str(reply.usage.output_tokens))
    print("cost: " + cost)
    print("runs per dollar: " + str(round(runs_per_dollar(cost))))
