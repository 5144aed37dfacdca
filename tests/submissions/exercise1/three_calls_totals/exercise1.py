import anthropic

MODEL = "claude-haiku-4-5"
QUESTIONS = ["What is a verb?", "What is a noun?", "What is an adverb?"]


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


def main():
    client = anthropic.Anthropic()
    total_in = total_out = 0
    for question in QUESTIONS:
        reply = client.messages.create(
            model=MODEL, max_tokens=100, messages=[{"role": "user", "content": question}]
        )
        print(reply.content[0].text)
        total_in += reply.usage.input_tokens
        total_out += reply.usage.output_tokens
    total = call_cost(total_in, total_out)
    print("Total input tokens:", total_in)
    print("Total output tokens:", total_out)
    print("Total cost: $%.6f" % total)
    print("Runs per dollar (all three questions): %.1f" % runs_per_dollar(total))


if __name__ == "__main__":
    main()
