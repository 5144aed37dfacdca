import anthropic

client = anthropic.Anthropic(api_key="sk-ant-api03-Zq8Jt2VbNw5LrXc7Hy4Ks9Pd1Mf6Ga3Te0Uo8Ri2Bn5Cv7Xz4Ql1Wk9Jh6Gf3Ds0AaAA")
MODEL = "claude-haiku-4-5"


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


if __name__ == "__main__":
    reply = client.messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Keep a secret?"}]
    )
    print(reply.content[0].text)
    cost = call_cost(reply.usage.input_tokens, reply.usage.output_tokens)
    print(f"{reply.usage.input_tokens=} {reply.usage.output_tokens=}")
    print(f"{cost=}")
    print(f"runs per dollar = {runs_per_dollar(cost)}")
