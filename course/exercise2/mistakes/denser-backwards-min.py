# fails: denser denser-backwards
# Someone who picks the smaller count.

import sys

from anthropic import Anthropic

MODEL = "claude-sonnet-4-6"
INPUT_PRICE = 3.00
OUTPUT_PRICE = 15.00
MAX_TOKENS = 400

PROSE = (
    "On Thursdays the market closed early, and the fishmonger, who had known my grandmother, used to "
    "give us whatever was left in the ice for the price of a postcard. We ate it on the sea wall, out "
    "of the paper, and argued about which of the boats had caught it. My brother always said the blue one."
)
CODE = (
    "class Stack:\n    def __init__(self):\n        self._items = []\n\n    def push(self, item):\n"
    "        self._items.append(item)\n\n    def pop(self):\n        if not self._items:\n"
    "            raise IndexError('empty')\n        return self._items.pop()\n\n"
    "    def __len__(self):\n        return len(self._items)\n"
)


def forecast_cost(input_tokens, output_tokens):
    input_part = input_tokens / 1000000 * INPUT_PRICE
    output_part = output_tokens / 1000000 * OUTPUT_PRICE
    return input_part + output_part


def count(text):
    answer = client.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": text}])
    return answer.input_tokens


client = Anthropic()
n = min(len(PROSE), len(CODE))
prose, code = PROSE[:n], CODE[:n]
tokens = {"prose": count(prose), "code": count(code)}

for name in tokens:
    print(name, "tokens =", tokens[name])
denser = min(tokens, key=tokens.get)
print("denser =", denser)

forecast = forecast_cost(tokens["code"], MAX_TOKENS)
print("forecast = $" + format(forecast, ".6f"))

if tokens["code"] > 200_000 - MAX_TOKENS:
    sys.exit("too long")

reply = client.messages.create(
    model=MODEL,
    max_tokens=MAX_TOKENS,
    messages=[{"role": "user", "content": code}],
)
print(reply.content[0].text)
