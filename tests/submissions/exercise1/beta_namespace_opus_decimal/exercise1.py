from decimal import Decimal

import anthropic

MODEL = "claude-opus-4-8"
INPUT_PRICE = Decimal("5.00")
OUTPUT_PRICE = Decimal("25.00")
MILLION = Decimal(1_000_000)


def call_cost(input_tokens: int, output_tokens: int) -> Decimal:
    return (input_tokens * INPUT_PRICE + output_tokens * OUTPUT_PRICE) / MILLION


def runs_per_dollar(cost: Decimal) -> Decimal:
    return Decimal(1) / Decimal(cost)


def main() -> None:
    reply = anthropic.Anthropic().beta.messages.create(
        model=MODEL, max_tokens=256, messages=[{"role": "user", "content": "What is entropy?"}]
    )
    print(reply.content[0].text)
    cost = call_cost(reply.usage.input_tokens, reply.usage.output_tokens)
    print(f"input tokens: {reply.usage.input_tokens}")
    print(f"output tokens: {reply.usage.output_tokens}")
    print(f"cost: {cost} USD")
    print(f"runs per dollar: {runs_per_dollar(cost):.4f}")


if __name__ == "__main__":
    main()
