import asyncio

import anthropic

MODEL = "claude-sonnet-4-6"
PROMPT = [{"role": "user", "content": [{"type": "text", "text": "Describe a day in a harbour."}]}]


def show(text):
    print(text, end="", flush=True)


async def main():
    async with anthropic.AsyncAnthropic() as client:
        await client.messages.create(model=MODEL, max_tokens=1500, messages=PROMPT)
        stream = await client.messages.create(model=MODEL, max_tokens=1500, messages=PROMPT, stream=True)
        async for event in stream:
            match event.type:
                case "message_start":
                    tokens_in = event.message.usage.input_tokens
                case "content_block_delta":
                    await asyncio.to_thread(show, event.delta.text)
                case "message_delta":
                    reason, tokens_out = event.delta.stop_reason, event.usage.output_tokens
    print(f"\nStop reason: {reason}\nInput tokens: {tokens_in}\nOutput tokens: {tokens_out}")
    print(f"Cost: ${tokens_in * 3 / 1e6 + tokens_out * 15 / 1e6:.6f}")


if __name__ == "__main__":
    asyncio.run(main())
