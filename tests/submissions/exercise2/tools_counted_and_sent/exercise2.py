import sys

import anthropic

MODEL = "claude-sonnet-4-6"
INPUT_PRICE = 3.0
OUTPUT_PRICE = 15.0
MAX_TOKENS = 1000
PROSE = "It rained on the wedding, on the christening and on the funeral, so that in the end the family kept the umbrellas " \
        "of three generations in the hall and nobody could say whose was whose."
CODE = "const umbrellas = new Map(); for (const e of ['wedding', 'christening', 'funeral']) { umbrellas.set(e, [...hall].filter(" \
       "u => u.year === years[e] && !u.owner)); } export default umbrellas;"
TOOLS = [
    {
        "name": "get_weather",
        "description": "Look up the weather of a town.",
        "input_schema": {"type": "object", "properties": {"town": {"type": "string"}}, "required": ["town"]},
    }
]
CHOICE = {"type": "auto"}


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * INPUT_PRICE + output_tokens * OUTPUT_PRICE) / 1_000_000


def main():
    api = anthropic.Anthropic().messages
    n = min(len(PROSE), len(CODE))
    p, c = (
        api.count_tokens(model=MODEL, messages=[{"role": "user", "content": s[:n]}]).input_tokens for s in (PROSE, CODE)
    )
    print("prose tokens:", p)
    print("code tokens:", c)
    print("denser:", "code" if c > p else "prose")
    chat = [{"role": "user", "content": "Will it rain in Ulm?"}]
    size = api.count_tokens(model=MODEL, messages=chat, tools=TOOLS, tool_choice=CHOICE).input_tokens
    if size + MAX_TOKENS > 200000:
        sys.exit("does not fit")
    print("forecast:", "$" + str(round(forecast_cost(size, MAX_TOKENS), 7)))
    reply = api.create(model=MODEL, messages=chat, tools=TOOLS, tool_choice=CHOICE, max_tokens=MAX_TOKENS)
    for block in reply.content:
        print(block.text if block.type == "text" else f"({block.type})")


if __name__ == "__main__":
    main()
