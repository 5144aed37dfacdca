import anthropic

MODEL = "claude-haiku-4-5"


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


class Offline:
    input_tokens = 21
    output_tokens = 77


if __name__ == "__main__":
    usage = Offline()
    try:
        reply = anthropic.Anthropic().messages.create(
            model="claude-haiku-four-and-a-half", max_tokens=9, messages=[{"role": "user", "content": "Hi"}]
        )
        usage = reply.usage
    except anthropic.APIStatusError as problem:
        print("(offline:", type(problem).__name__ + ")")
    cost = call_cost(usage.input_tokens, usage.output_tokens)
    print("input tokens:", usage.input_tokens, "output tokens:", usage.output_tokens)
    print("cost:", cost, "runs per dollar:", runs_per_dollar(cost))
