import anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1
OUTPUT_PRICE = 5


def call_cost(input_tokens, output_tokens):
    return (input_tokens * INPUT_PRICE + output_tokens * OUTPUT_PRICE) // 1_000_000


def runs_per_dollar(cost):
    try:
        return 1 / cost
    except ZeroDivisionError:
        return float("inf")


if __name__ == "__main__":
    reply = anthropic.Anthropic().messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Divide and conquer?"}]
    )
    print(reply.content[0].text)
    cost = call_cost(reply.usage.input_tokens, reply.usage.output_tokens)
    print(f"input tokens: {reply.usage.input_tokens}; output tokens: {reply.usage.output_tokens}")
    print(f"cost: {cost}; runs per dollar: {runs_per_dollar(cost)}")
