import asyncio

from anthropic import AsyncAnthropic

MODEL = "claude-haiku-4-5"
call_cost = lambda i, o: i * 1e-6 + o * 5e-6
runs_per_dollar = lambda cost: 1 // cost


async def main():
    async with AsyncAnthropic() as client:
        msg = await client.messages.create(
            model=MODEL, max_tokens=150, messages=[{"role": "user", "content": "Name three rivers."}]
        )
    print("".join(b.text for b in msg.content if b.type == "text"))
    spent = call_cost(msg.usage.input_tokens, msg.usage.output_tokens)
    print("Input tokens used:", msg.usage.input_tokens)
    print("Output tokens used:", msg.usage.output_tokens)
    print("Cost in dollars:", spent)
    print("Runs per dollar:", runs_per_dollar(spent))


asyncio.run(main())
