import anthropic

MODEL = "claude-haiku-4-5"
QUESTION = "Is a hot dog a sandwich?"


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


def main():
    for guess in (50, 150, 300):
        print(f"estimated cost with {guess} output tokens: ${call_cost(len(QUESTION) // 4, guess):.6f}")
    reply = anthropic.Anthropic().messages.create(
        model=MODEL, max_tokens=300, messages=[{"role": "user", "content": QUESTION}]
    )
    print(reply.content[0].text)
    cost = call_cost(reply.usage.input_tokens, reply.usage.output_tokens)
    print(f"input tokens: {reply.usage.input_tokens} (my guess was {len(QUESTION) // 4})")
    print(f"output tokens: {reply.usage.output_tokens}")
    print(f"cost: ${cost:.6f}")
    print(f"runs per dollar: {runs_per_dollar(cost):.0f}")


if __name__ == "__main__":
    main()
