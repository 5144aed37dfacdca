import asyncio

import anthropic

MODEL = "claude-haiku-4-5"
PROSE = "The fortune teller had a cold and told only the past, at half the price, and it turned out that most of her customers preferred " \
        "it, since they could check at once that she was right."
CODE = "async def tell(customer, *, cold=False):\n    tense, price = ('past', 2.5) if cold else ('future', 5)\n    async for fact in crystal(tense, " \
       "customer.id):\n        yield fact, customer.check(fact) is True, price\n"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


async def main():
    async with anthropic.AsyncAnthropic() as client:
        n = min(len(PROSE), len(CODE))
        sizes = []
        for s in (PROSE, CODE):
            messages = [{"role": "user", "content": s[:n]}]
            sizes.append((await client.messages.count_tokens(model=MODEL, messages=messages)).input_tokens)
        print("prose tokens:", sizes[0])
        print("code tokens:", sizes[1])
        print("denser:", "prose" if sizes[0] > sizes[1] else "code")
        reply = await client.messages.create(model=MODEL, max_tokens=8000, messages=messages)
        print("forecast:", f"${forecast_cost(reply.usage.input_tokens, reply.usage.output_tokens):.6f}")
        print(reply.content[0].text)


asyncio.run(main())
