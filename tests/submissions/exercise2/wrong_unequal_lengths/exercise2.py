import sys

import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 500
PROSE = "The inventor of the parachute had one for himself and none for his luggage, and so he arrived everywhere safely and without a " \
        "shirt; he thought this over, and on the next journey he carried a second parachute, in the luggage."
CODE = "bag.parachute = None if not luggage else Parachute(spare=True)\nassert inventor.shirt is not None"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


if __name__ == "__main__":
    client = anthropic.Anthropic()
    n = {}
    for name, text in {"prose": PROSE, "code": CODE}.items():
        ask = [{"role": "user", "content": text}]
        n[name] = client.messages.count_tokens(model=MODEL, messages=ask).input_tokens
        print(name, "tokens:", n[name])
    print("denser:", max(n, key=n.get))
    print("forecast:", forecast_cost(n["code"], MAX_TOKENS))
    if n["code"] + MAX_TOKENS > 200_000:
        sys.exit("too long")
    print(client.messages.create(model=MODEL, max_tokens=MAX_TOKENS, messages=ask).content[0].text)
