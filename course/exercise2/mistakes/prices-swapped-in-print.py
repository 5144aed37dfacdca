# fails: forecast prices-swapped
# The function is right; its two arguments are handed over in the wrong order.

import asyncio

from anthropic import AsyncAnthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00
OUTPUT_PRICE = 5.00
MAX_TOKENS = 600
MILLION = 1_000_000

PROSE = """The ferry left at six, or at ten past, depending on whether the captain's wife had found
her gloves. People on the quay knew this and brought their coffee with them. By the time the ropes
were in, half of the island's business had been settled, and the other half could wait until Monday."""

CODE = """SELECT c.name, COUNT(o.id) AS orders, SUM(o.total) AS turnover
FROM customers AS c LEFT JOIN orders AS o ON o.customer_id = c.id
WHERE o.created_at >= '2026-01-01' AND o.status NOT IN ('void', 'draft')
GROUP BY c.name HAVING SUM(o.total) > 1000 ORDER BY turnover DESC LIMIT 25;"""


def forecast_cost(input_tokens: int, output_tokens: int) -> float:
    return input_tokens * INPUT_PRICE / MILLION + output_tokens * OUTPUT_PRICE / MILLION


def request(text: str) -> dict:
    return {"model": MODEL, "messages": [{"role": "user", "content": text}]}


async def main() -> None:
    async with AsyncAnthropic() as client:
        size = min(len(PROSE), len(CODE))
        prose, code = request(PROSE[:size]), request(CODE[:size])
        counted_prose = await client.messages.count_tokens(**prose)
        counted_code = await client.messages.count_tokens(**code)
        prose_tokens, code_tokens = counted_prose.input_tokens, counted_code.input_tokens

        print("| prose tokens | {} |".format(prose_tokens))
        print("| code tokens | {} |".format(code_tokens))
        if prose_tokens > code_tokens:
            print("denser: prose")
        else:
            print("denser: code")
        print("| forecast | {:.6f} |".format(forecast_cost(MAX_TOKENS, prose_tokens)))

        if prose_tokens + MAX_TOKENS <= 200_000:
            reply = await client.messages.create(**prose, max_tokens=MAX_TOKENS)
            print(reply.content[0].text)


if __name__ == "__main__":
    asyncio.run(main())
