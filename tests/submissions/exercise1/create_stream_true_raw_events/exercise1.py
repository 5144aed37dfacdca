import anthropic

MODEL = "claude-haiku-4-5"
PER_MILLION = {"input": 1, "output": 5}


def call_cost(input_tokens: int, output_tokens: int) -> float:
    return input_tokens * PER_MILLION["input"] / 10**6 + output_tokens * PER_MILLION["output"] / 10**6


def runs_per_dollar(cost: float) -> int:
    return int(1 / cost)


if __name__ == "__main__":
    tokens_in = tokens_out = 0
    events = anthropic.Anthropic().messages.create(
        model=MODEL,
        max_tokens=400,
        stream=True,
        messages=[{"role": "user", "content": "Tell me about tea."}],
    )
    for event in events:
        if event.type == "message_start":
            tokens_in = event.message.usage.input_tokens
        elif event.type == "content_block_delta":
            print(event.delta.text, end="")
        elif event.type == "message_delta":
            tokens_out = event.usage.output_tokens
    print()
    price = call_cost(tokens_in, tokens_out)
    print("INPUT_TOKENS =", tokens_in)
    print("OUTPUT_TOKENS =", tokens_out)
    print("COST = %.3e" % price)
    print("RUNS_PER_DOLLAR =", runs_per_dollar(price))
