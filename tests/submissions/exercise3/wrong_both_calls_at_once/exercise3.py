import asyncio

import anthropic

ASK = {"model": "claude-haiku-4-5", "max_tokens": 1200,
       "messages": [{"role": "user", "content": "Tell me at length how an answer is written, token by token."}]}
client = anthropic.AsyncAnthropic()


async def streamed():
    async with client.messages.stream(**ASK) as stream:
        async for text in stream.text_stream:
            print(text, end="", flush=True)
        return await stream.get_final_message()


async def main():
    _, final = await asyncio.gather(client.messages.create(**ASK), streamed())
    u = final.usage
    print(f"\nstop reason: {final.stop_reason}")
    print(f"input tokens: {u.input_tokens}\noutput tokens: {u.output_tokens}")
    print(f"cost: ${(u.input_tokens + 5 * u.output_tokens) / 1e6:.6f}")


asyncio.run(main())
