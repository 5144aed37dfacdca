import anthropic

MODEL = "claude-haiku-4-5"
QUESTION = "Please explain to a child of seven years why the sky is blue at noon but red in the evening."


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


def count(text):
    return len(text.split())


if __name__ == "__main__":
    reply = anthropic.Anthropic().messages.create(
        model=MODEL, max_tokens=300, messages=[{"role": "user", "content": QUESTION}]
    )
    answer = reply.content[0].text
    cost = call_cost(count(QUESTION), count(answer))
    print(answer)
    print("input tokens:", count(QUESTION))
    print("output tokens:", count(answer))
    print("cost:", f"{cost:.6f}")
    print("runs per dollar:", f"{runs_per_dollar(cost):.0f}")
