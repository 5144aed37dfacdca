import sys

import anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00
OUTPUT_PRICE = 5.00
MAX_TOKENS = 500
WINDOW = 200_000
PROSE = (
    "The ferry left a quarter of an hour late because the captain had lent his cap to a boy who "
    "wanted to be photographed with it, and nobody on the quay thought that this was a bad reason."
)
CODE = (
    "def late(ferry, cap):\n    for minute in range(0, 15):\n        if cap.owner != ferry.captain:\n"
    "            ferry.wait(minutes=minute + 1)\n        else:\n            return {'late': minute, 'why': cap.loan}\n"
)


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * INPUT_PRICE + output_tokens * OUTPUT_PRICE) / 1_000_000


def main():
    client = anthropic.Anthropic()
    length = min(len(PROSE), len(CODE))

    def count(text):
        return client.messages.count_tokens(
            model=MODEL, messages=[{"role": "user", "content": text}]
        ).input_tokens

    prose, code = count(PROSE[:length]), count(CODE[:length])
    print(f"prose tokens: {prose}")
    print(f"code tokens: {code}")
    print("denser:", "prose" if prose > code else "code")
    if prose + MAX_TOKENS > WINDOW:
        sys.exit("That does not fit into the context window.")
    print(f"forecast: ${forecast_cost(prose, MAX_TOKENS):.6f}")
    reply = client.messages.create(
        model=MODEL, max_tokens=MAX_TOKENS, messages=[{"role": "user", "content": PROSE[:length]}]
    )
    print(reply.content[0].text)


if __name__ == "__main__":
    main()
