from __future__ import annotations

import anthropic

MODEL: str = "claude-haiku-4-5-20251001"
INPUT_PRICE: float = 1.00
OUTPUT_PRICE: float = 5.00


def call_cost(input_tokens: int, output_tokens: int) -> float:
    million = 1_000_000
    return input_tokens / million * INPUT_PRICE + output_tokens / million * OUTPUT_PRICE


def runs_per_dollar(cost: float) -> int:
    return round(1 / cost)


def report(reply: anthropic.types.Message) -> str:
    cost = call_cost(reply.usage.input_tokens, reply.usage.output_tokens)
    rows = {
        "Model": reply.model,
        "Input tokens": reply.usage.input_tokens,
        "Output tokens": reply.usage.output_tokens,
        "Cost": f"US$ {cost:.6f}",
        "Runs per dollar": runs_per_dollar(cost),
    }
    return "\n".join(f"| {k:<16} | {v!s:>28} |" for k, v in rows.items())


def main() -> None:
    client = anthropic.Anthropic()
    reply = client.messages.create(
        model=MODEL, max_tokens=130, messages=[{"role": "user", "content": "Explain dates."}]
    )
    print(reply.content[0].text)
    print("=" * 49)
    print(report(reply))


if __name__ == "__main__":
    main()
