import functools

import anthropic

MODEL = "claude-haiku-4-5"
PROSE = "The hunter came home with a hare that had died of old age, and his wife, who saw it at once, said nothing and cooked " \
        "it for so long that in the end nobody could have told it from a young one."
CODE = "def cook(hare: Hare, minutes: int = 240) -> Dish:\n    while not hare.tender() and minutes > 0:\n        hare.heat(98.5); minutes -= 1\n" \
       "    return Dish(name=f'{hare!s}', age=None if minutes == 0 else hare.age)\n"
client = anthropic.Anthropic()


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def count(messages):
    return client.messages.count_tokens(model=MODEL, messages=messages).input_tokens


def budgeted(send):
    @functools.wraps(send)
    def inner(messages, limit):
        reply = send(messages, limit)
        print(f"forecast: ${forecast_cost(count(messages), limit):.6f}")
        return reply

    return inner


@budgeted
def send(messages, limit):
    return client.messages.create(model=MODEL, max_tokens=limit, messages=messages)


if __name__ == "__main__":
    n = min(len(PROSE), len(CODE))
    p, c = (count([{"role": "user", "content": s[:n]}]) for s in (PROSE, CODE))
    print("prose tokens:", p)
    print("code tokens:", c)
    print("denser:", "code" if c > p else "prose")
    print(send([{"role": "user", "content": "How old can a hare become?"}], 300).content[0].text)
