import asyncio

import anthropic

MODEL = "claude-haiku-4-5"
ASK = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "Is await a wait?"}]}


async def main():
    client = anthropic.AsyncAnthropic()
    await client.messages.create(**ASK)
    async with client.messages.stream(**ASK) as stream:
        async for text in stream.text_stream:
            print(text, end="")
            await asyncio.sleep(0)
        final = await stream.get_final_message()
    print("\nstop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print("cost:", (final.usage.input_tokens + 5 * final.usage.output_tokens) / 1_000_000)


if __name__ == "__main__":
    asyncio.run(main())
