import asyncio

import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 500
PROSE = "The orchestra tuned for so long that the audience took it for the first piece and clapped, and the conductor, who " \
        "was a polite man, bowed, and from then on it stood in the programme."
CODE = "orchestra.forEach((p) => p.tune({ hz: 440, for: Infinity })); await audience.clap(); conductor.bow(); programme.unshift({ id: 0, " \
       "title: 'Tuning', minutes: 12.5 });"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


async def main():
    client = anthropic.AsyncAnthropic()

    async def count(text):
        messages = [{"role": "user", "content": text}]
        return (await client.messages.count_tokens(model=MODEL, messages=messages)).input_tokens

    n = min(len(PROSE), len(CODE))
    p, c = await asyncio.gather(count(PROSE[:n]), count(CODE[:n]))
    print(f"prose tokens: {p}\ncode tokens: {c}\ndenser: {'prose' if p > c else 'code'}")
    question = "Why do orchestras tune?"
    size, reply = await asyncio.gather(
        count(question),
        client.messages.create(
            model=MODEL, max_tokens=MAX_TOKENS, messages=[{"role": "user", "content": question}]
        ),
    )
    print(f"forecast: ${forecast_cost(size, MAX_TOKENS):.6f}")
    print(reply.content[0].text)


if __name__ == "__main__":
    asyncio.run(main())
