# fails: shows_whole_answer snapshots
# Someone who prints the snapshot, all the text so far, each time a piece arrives.

import asyncio

from anthropic import AsyncAnthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00
OUTPUT_PRICE = 5.00
MAX_TOKENS = 2000
PROMPT = "Write five paragraphs on how a bicycle stays upright, for a reader of fifteen."


async def main() -> None:
    request = dict(model=MODEL, max_tokens=MAX_TOKENS, messages=[{"role": "user", "content": PROMPT}])
    async with AsyncAnthropic() as client:
        waited_for = await client.messages.create(**request)
        print("waited for", len(waited_for.content[0].text.split()), "words")

        async with client.messages.stream(**request) as stream:
            async for event in stream:
                if event.type == "text":
                    print(event.snapshot, flush=True)
            final = await stream.get_final_message()

    used_in, used_out = final.usage.input_tokens, final.usage.output_tokens
    cost = used_in * INPUT_PRICE / 1e6 + used_out * OUTPUT_PRICE / 1e6
    print()
    print("stop_reason   = {}".format(final.stop_reason))
    print("input_tokens  = {}".format(used_in))
    print("output_tokens = {}".format(used_out))
    print("cost          = ${:.6f}".format(cost))


if __name__ == "__main__":
    asyncio.run(main())
