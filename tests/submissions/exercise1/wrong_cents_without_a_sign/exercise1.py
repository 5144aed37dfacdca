import anthropic

MODEL = "claude-haiku-4-5"


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


def main():
    with anthropic.Anthropic() as client:
        reply = client.messages.create(
            model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "A penny for your thoughts?"}]
        )
    print(reply.content[0].text)
    dollars = call_cost(reply.usage.input_tokens, reply.usage.output_tokens)
    for name, number in {
        "input tokens": reply.usage.input_tokens,
        "output tokens": reply.usage.output_tokens,
        "cost": round(dollars * 100, 4),
        "runs per dollar": round(runs_per_dollar(dollars)),
    }.items():
        print("%-20s%s" % (name, number))


if __name__ == "__main__":
    main()
