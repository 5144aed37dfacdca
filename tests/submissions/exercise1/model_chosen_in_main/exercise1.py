import anthropic


def call_cost(input_tokens, output_tokens):
    return input_tokens * 0.000003 + output_tokens * 0.000015


def runs_per_dollar(cost):
    return 1 / cost


if __name__ == "__main__":
    client = anthropic.Anthropic()
    chat = client.messages.create(
        model="claude-sonnet-4-6",
        max_tokens=110,
        system="Answer like a pirate.",
        messages=[{"role": "user", "content": [{"type": "text", "text": "Where is the treasure?"}]}],
    )
    print(chat.content[0].text)
    print("Input tokens:", chat.usage.input_tokens, "Output tokens:", chat.usage.output_tokens, sep="\t")
    c = call_cost(chat.usage.input_tokens, chat.usage.output_tokens)
    print("Cost:", c, "Runs per dollar:", runs_per_dollar(c), sep="\t")
