import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 500
PROSE = "The bridge was closed for repairs on the day it was opened, and the mayor cut the ribbon and tied it again, a little lower, with " \
        "a sign, and so the brass band played the same march twice."
CODE = "enum State { OPEN, CLOSED, REPAIR }; struct bridge { enum State s; int ribbon_cm; }; void tie(struct bridge *b) { b->ribbon_cm -= 15; b->s = " \
       "REPAIR; puts(b->s == OPEN ? \"\" : \"sign\"); }"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


if __name__ == "__main__":
    client = anthropic.Anthropic()
    n = min(len(PROSE), len(CODE))
    ask = lambda s: [{"role": "user", "content": s[:n]}]
    p = client.messages.count_tokens(model=MODEL, messages=ask(PROSE)).input_tokens
    c = client.messages.count_tokens(model=MODEL, messages=ask(CODE)).input_tokens
    print("prose tokens:", p)
    print("code tokens:", c)
    print("denser: code")
    print("forecast:", forecast_cost(c, MAX_TOKENS))
    print(client.messages.create(model=MODEL, max_tokens=MAX_TOKENS, messages=ask(CODE)).content[0].text)
