# fails: cost_function returns-nothing
# Someone who works the cost out inside the function and forgets the return; the screen shows a second
# formula.

import asyncio

from anthropic import AsyncAnthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00
OUTPUT_PRICE = 5.00
MILLION = 1_000_000


def call_cost(input_tokens: int, output_tokens: int) -> float:
    cost = input_tokens * INPUT_PRICE / MILLION + output_tokens * OUTPUT_PRICE / MILLION


def runs_per_dollar(cost: float) -> float:
    return 1 / cost


async def main() -> None:
    async with AsyncAnthropic() as client:
        reply = await client.messages.create(
            model=MODEL,
            max_tokens=400,
            messages=[{"role": "user", "content": "What does a lighthouse keeper do all day?"}],
        )
    print(reply.content[0].text)

    used_in, used_out = reply.usage.input_tokens, reply.usage.output_tokens
    call_cost(used_in, used_out)
    cost = (used_in * INPUT_PRICE + used_out * OUTPUT_PRICE) / MILLION
    print("| input tokens    | {:>10} |".format(used_in))
    print("| output tokens   | {:>10} |".format(used_out))
    print("| cost            | {:>10.6f} |".format(cost))
    print("| runs per dollar | {:>10.1f} |".format(runs_per_dollar(cost)))


if __name__ == "__main__":
    asyncio.run(main())
