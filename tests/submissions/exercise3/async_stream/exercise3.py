import asyncio
from functools import partial

import anthropic

MODEL = "claude-haiku-4-5"
PROMPT = "How do plants know that it is spring?"
say = partial(print, flush=True)


async def main():
    client = anthropic.AsyncAnthropic()
    request = {"model": MODEL, "max_tokens": 2500, "messages": [{"role": "user", "content": PROMPT}]}
    waited = await client.messages.create(**request)
    say("waited for:", waited.content[0].text[:60], "...")
    async with client.messages.stream(**request) as stream:
        async for piece in stream.text_stream:
            say(piece, end="")
        message = await stream.get_final_message()
    say()
    usage = message.usage
    say(f"stop reason: {message.stop_reason!r}")
    say(f"input tokens: {usage.input_tokens:,}")
    say(f"output tokens: {usage.output_tokens:,}")
    say(f"cost: {(usage.input_tokens + 5 * usage.output_tokens) / 10_000:.4f} cents")


asyncio.run(main())
