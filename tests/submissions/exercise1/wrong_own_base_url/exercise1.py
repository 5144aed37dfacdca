import anthropic

MODEL = "claude-haiku-4-5"


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


if __name__ == "__main__":
    client = anthropic.Anthropic(base_url="http://127.0.0.1:9", max_retries=0, timeout=2)
    reply = client.messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Where am I?"}]
    )
    print(reply.content[0].text)
    cost = call_cost(reply.usage.input_tokens, reply.usage.output_tokens)
    print("input tokens:", reply.usage.input_tokens)
    print("output tokens:", reply.usage.output_tokens)
    print("cost:", cost)
    print("runs per dollar:", runs_per_dollar(cost))
