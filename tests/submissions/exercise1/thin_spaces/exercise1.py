import anthropic

MODEL = "claude-haiku-4-5"


def call_cost(input_tokens, output_tokens):
    return input_tokens * 1 / 1_000_000 + output_tokens * 5 / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


def spaced(number):
    return f"{number:,}".replace(",", "\u2009")


if __name__ == "__main__":
    long_question = "Summarise this:\n" + "The tide came in and the tide went out. " * 150
    reply = anthropic.Anthropic().messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": long_question}]
    )
    print(reply.content[0].text)
    cost = call_cost(reply.usage.input_tokens, reply.usage.output_tokens)
    print("input tokens:", spaced(reply.usage.input_tokens))
    print("output tokens:", spaced(reply.usage.output_tokens))
    print("cost: $", f"{cost:.6f}")
    print("runs per dollar:", spaced(int(runs_per_dollar(cost))))
