import sys

import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 512
PROSE = """The tailor measured everybody twice, once for the suit and once for the opinion,
and he charged for both, but only the suit could be returned. In forty years three
suits came back, and not one of the opinions."""
CODE = """def measure(customer, times=2):
    inches = [customer.waist for _ in range(times)]
    if len(set(inches)) != 1:
        raise ValueError(inches)
    bill = {'suit': 120.0, 'opinion': 1.5}
    return sum(bill.values()) * times
"""


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


client = anthropic.Anthropic()


def tokens(text):
    return client.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": text}]).input_tokens


if __name__ == "__main__":
    n = min(len(PROSE), len(CODE))
    p, c = tokens(PROSE[:n]), tokens(CODE[:n])
    print("Prose tokens:", p, "Code tokens:", c, sep="\n")
    print("Code is denser than prose." if c > p else "Prose is denser than code.")
    lines = CODE.splitlines()
    while lines:
        text = "\n".join(lines)
        size = tokens(text)
        if size + MAX_TOKENS <= 200_000:
            break
        dropped = lines.pop()
        print("dropped:", repr(dropped))
    else:
        print("not a line fits")
        sys.exit(4)
    print("Forecast:", "$%.6f" % forecast_cost(size, MAX_TOKENS))
    answer = client.messages.create(model=MODEL, max_tokens=MAX_TOKENS, messages=[{"role": "user", "content": text}])
    print(answer.content[0].text)
