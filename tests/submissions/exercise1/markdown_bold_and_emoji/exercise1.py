import anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00
OUTPUT_PRICE = 5.00


def call_cost(input_tokens, output_tokens):
    return input_tokens / 1_000_000 * INPUT_PRICE + output_tokens / 1_000_000 * OUTPUT_PRICE


def runs_per_dollar(cost):
    return 1 / cost


def main():
    client = anthropic.Anthropic()
    reply = client.messages.create(
        model=MODEL, max_tokens=180, messages=[{"role": "user", "content": "Describe a cat 🐈"}]
    )
    print("🤖", reply.content[0].text)
    cost = call_cost(reply.usage.input_tokens, reply.usage.output_tokens)
    print(f"- 📥 **input tokens** | {reply.usage.input_tokens}")
    print(f"- 📤 **output tokens** | {reply.usage.output_tokens}")
    print(f"- 💰 **cost** | {cost * 100:.4f}¢")
    print(f"- 🔁 **runs per dollar** | {runs_per_dollar(cost):_.0f}")


if __name__ == "__main__":
    main()
