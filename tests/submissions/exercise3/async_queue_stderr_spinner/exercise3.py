import asyncio
import itertools
import sys

import anthropic

MODEL = "claude-haiku-4-5"
ASK = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "What spins?"}]}


async def spin():
    for mark in itertools.cycle("|/-\\"):
        print("\r" + mark, end="", file=sys.stderr, flush=True)
        await asyncio.sleep(0.05)


async def produce(client, q):
    async with client.messages.stream(**ASK) as stream:
        async for text in stream.text_stream:
            await q.put(text)
        await q.put(None)
        return await stream.get_final_message()


async def consume(q):
    while (text := await q.get()) is not None:
        sys.stdout.write(text)
        sys.stdout.flush()


async def main():
    client = anthropic.AsyncAnthropic()
    spinner = asyncio.create_task(spin())
    await client.messages.create(**ASK)
    q = asyncio.Queue(maxsize=4)
    final, _ = await asyncio.gather(produce(client, q), consume(q))
    spinner.cancel()
    print("\n\nstop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print("cost:", f"{(final.usage.input_tokens + 5 * final.usage.output_tokens) / 1e6:.6f}")


if __name__ == "__main__":
    asyncio.run(main())
