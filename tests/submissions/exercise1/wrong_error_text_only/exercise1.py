import anthropic

MODEL = "claude-haiku-4-5"


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1.00 + output_tokens * 5.00) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


if __name__ == "__main__":
    client = anthropic.Anthropic()
    try:
        reply = client.messages.create(model=MODEL, max_tokens=200, messages="What is a token?")
        print(reply.content[0].text)
        print("input tokens:", reply.usage.input_tokens)
        print("output tokens:", reply.usage.output_tokens)
    except Exception as error:
        print("error", error)
