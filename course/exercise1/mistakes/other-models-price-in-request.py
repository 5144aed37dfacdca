# fails: cost_printed other-models-price
# fails: runs_per_dollar other-models-price
# MODEL and its prices are right, but the request names another model, pasted from an example.

import asyncio

from anthropic import AsyncAnthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00
OUTPUT_PRICE = 5.00
MILLION = 1_000_000


def call_cost(input_tokens: int, output_tokens: int) -> float:
    return input_tokens * INPUT_PRICE / MILLION + output_tokens * OUTPUT_PRICE / MILLION


def runs_per_dollar(cost: float) -> float:
    return 1 / cost


async def main() -> None:
    async with AsyncAnthropic() as client:
        reply = await client.messages.create(
            model="claude-opus-4-8",
            max_tokens=400,
            messages=[{"role": "user", "content": "What does a lighthouse keeper do all day?"}],
        )
    print(reply.content[0].text)

    used_in, used_out = reply.usage.input_tokens, reply.usage.output_tokens
    cost = call_cost(used_in, used_out)
    print("| input tokens    | {:>10} |".format(used_in))
    print("| output tokens   | {:>10} |".format(used_out))
    print("| cost            | {:>10.6f} |".format(cost))
    print("| runs per dollar | {:>10.1f} |".format(runs_per_dollar(cost)))


if __name__ == "__main__":
    asyncio.run(main())
