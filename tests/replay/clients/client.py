"""Talks to the API in every way that the exercises use, with whatever SDK is installed, and prints what it got."""

import asyncio
import json

import anthropic

MESSAGES = [{"role": "user", "content": "Explain in two sentences what a token is."}]
ASKED = {"model": "claude-haiku-4-5", "max_tokens": 1000, "messages": MESSAGES}


def usage(message):
    return [message.usage.input_tokens, message.usage.output_tokens, message.stop_reason]


async def in_async():
    async with anthropic.AsyncAnthropic() as client:
        reply = await client.messages.create(**ASKED)
        async with client.messages.stream(**ASKED) as stream:
            text = "".join([piece async for piece in stream.text_stream])
        return usage(reply), text


def main():
    client = anthropic.Anthropic()
    plain = client.messages.create(**ASKED)
    counted = client.messages.count_tokens(model=ASKED["model"], messages=MESSAGES)
    with client.messages.stream(**ASKED) as stream:
        pieces = list(stream.text_stream)
        final = stream.get_final_message()
    events = [event.type for event in client.messages.create(**ASKED, stream=True)]
    beta = client.beta.messages.create(**ASKED)
    try:
        client.messages.create(**{**ASKED, "model": "claude-imaginary"})
        refused = ""
    except anthropic.NotFoundError as error:
        refused = str(error)
    then, text = asyncio.run(in_async())
    print(
        json.dumps(
            {
                "plain": usage(plain),
                "counted": counted.input_tokens,
                "pieces": pieces,
                "final": usage(final),
                "events": events,
                "beta": usage(beta),
                "refused": refused,
                "async": then,
                "text": text,
            }
        )
    )


main()
