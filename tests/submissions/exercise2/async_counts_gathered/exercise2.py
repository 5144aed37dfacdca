import asyncio

from anthropic import AsyncAnthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 300
PROSE = """In the village they said that the clock on the tower had never been right, not even on the
day when it was hung; the priest liked it, since a wrong clock makes people look at the sun."""
CODE = """class Clock {
  constructor(tower) { this.tower = tower; this.drift = Math.random() * 60; }
  get time() { return new Date(Date.now() + this.drift * 1000); }
  static isRight(clock) { return clock.drift === 0 && clock.tower !== null; }
}"""
SIZE = min(len(PROSE), len(CODE))


def forecast_cost(i, o):
    return i * 1.0 / 1e6 + o * 5.0 / 1e6


def as_request(text):
    return {"model": MODEL, "messages": [{"role": "user", "content": text}]}


async def main():
    client = AsyncAnthropic()
    ask = as_request("What does this program print?\n" + CODE)
    prose, code, whole = await asyncio.gather(
        client.messages.count_tokens(**as_request(PROSE[:SIZE])),
        client.messages.count_tokens(**as_request(CODE[:SIZE])),
        client.messages.count_tokens(**ask),
    )
    print("Prose tokens ..........", prose.input_tokens)
    print("Code tokens ...........", code.input_tokens)
    print("Denser ................", max([(prose.input_tokens, "prose"), (code.input_tokens, "code")])[1])
    print("Forecast .............. $", forecast_cost(whole.input_tokens, MAX_TOKENS))
    if whole.input_tokens > 199_000:
        print("too long, nothing was sent")
        return
    reply = await client.messages.create(max_tokens=MAX_TOKENS, **ask)
    print(reply.content[0].text)


asyncio.run(main())
