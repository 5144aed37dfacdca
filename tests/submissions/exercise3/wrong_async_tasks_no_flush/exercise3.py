import asyncio

import anthropic

MODEL = "claude-haiku-4-5"
ASK = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "What does await mean?"}]}


def report(final):
    print()
    print("stop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print("cost:", (final.usage.input_tokens + 5 * final.usage.output_tokens) / 1_000_000)


async def read(client, pieces):
    async with client.messages.stream(**ASK) as stream:
        async for text in stream.text_stream:
            await pieces.put(text)
        await pieces.put(None)
        return await stream.get_final_message()


async def show(pieces):
    while (text := await pieces.get()) is not None:
        print(text, end="")


async def main():
    client = anthropic.AsyncAnthropic()
    await client.messages.create(**ASK)
    pieces = asyncio.Queue()
    final, _ = await asyncio.gather(read(client, pieces), show(pieces))
    report(final)


asyncio.run(main())
