import anthropic

MODEL = "claude-sonnet-4-6"
INPUT_PRICE = 1.00
OUTPUT_PRICE = 5.00


def call_cost(input_tokens, output_tokens):
    return (input_tokens * INPUT_PRICE + output_tokens * OUTPUT_PRICE) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


if __name__ == "__main__":
    with anthropic.Anthropic().messages.stream(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Write a sonnet."}]
    ) as s:
        s.until_done()
        reply = s.get_final_message()
    print(reply.content[0].text)
    cost = call_cost(reply.usage.input_tokens, reply.usage.output_tokens)
    print("input tokens:", reply.usage.input_tokens, "| output tokens:", reply.usage.output_tokens)
    print("cost:", cost, "| runs per dollar:", runs_per_dollar(cost))
