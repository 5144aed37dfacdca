from decimal import Decimal

import anthropic

MODEL = "claude-opus-4-8"
PRICE_IN, PRICE_OUT = Decimal(5), Decimal(25)
MAX_TOKENS = 800
PROSE = "The dentist's parrot had learned only one sentence, which it repeated to every patient in the waiting room, and " \
        "though it was meant kindly it did more harm to the practice than any bill."
CODE = "parrot.on('patient', async (p) => { await parrot.say(SENTENCES[0] ?? ''); p.fear += 1; if (p.fear > 9) { p.leave(); " \
       "practice.income -= p.bill * 0.85; } }); module.exports = { parrot };"
TALK = [
    {"role": "user", "content": "What could a parrot say in a waiting room?"},
    {"role": "assistant", "content": "It could say: it hardly hurts any more."},
    {"role": "user", "content": "And how would the patients take that?"},
]


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * PRICE_IN + output_tokens * PRICE_OUT) / 1_000_000


def tokens(client, messages):
    return client.messages.count_tokens(model=MODEL, messages=messages).input_tokens


def main():
    client = anthropic.Anthropic()
    n = min(len(PROSE), len(CODE))
    prose = tokens(client, [{"role": "user", "content": PROSE[:n]}])
    code = tokens(client, [{"role": "user", "content": CODE[:n]}])
    talk = tokens(client, TALK)
    print("| what         | value |")
    print("|--------------|-------|")
    print(f"| prose tokens | {prose} |")
    print(f"| code tokens  | {code} |")
    print(f"| denser       | {'code' if code > prose else 'prose'} |")
    print(f"| forecast     | ${forecast_cost(talk, MAX_TOKENS)} |")
    if talk + MAX_TOKENS > 200_000:
        return print("The talk is too long.")
    print(client.messages.create(model=MODEL, max_tokens=MAX_TOKENS, messages=TALK).content[0].text)


if __name__ == "__main__":
    main()
