import asyncio

import anthropic

MODEL = "claude-haiku-4-5"
PRICE = 1.00


def call_cost(input_tokens, output_tokens):
    total = input_tokens + output_tokens
    return total / 1_000_000 * PRICE


def runs_per_dollar(cost):
    return 1 / cost


async def main():
    client = anthropic.AsyncAnthropic()
    reply = await client.messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Add two and two."}]
    )
    print(reply.content[0].text)
    u = reply.usage
    cost = call_cost(u.input_tokens, u.output_tokens)
    print(f"input tokens: {u.input_tokens}\noutput tokens: {u.output_tokens}")
    print(f"cost: {cost:.2e}\nruns per dollar: {runs_per_dollar(cost):.0f}")


if __name__ == "__main__":
    asyncio.run(main())
