import anthropic

MODEL = "claude-haiku-4-5"
REQUEST = {
    "model": MODEL,
    "max_tokens": 2048,
    "messages": [{"role": "user", "content": "What does max_tokens mean?"}],
}


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


if __name__ == "__main__":
    reply = anthropic.Anthropic().messages.create(**REQUEST)
    print(reply.content[0].text)
    used = reply.usage
    print("input tokens:", used.input_tokens)
    print("output tokens:", used.output_tokens)
    print("cost:", f"${call_cost(used.input_tokens, REQUEST['max_tokens']):.6f}")
    print("runs per dollar:", int(runs_per_dollar(call_cost(used.input_tokens, used.output_tokens))))
