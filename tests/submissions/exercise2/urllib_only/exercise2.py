import json
import os
import sys
from urllib.request import Request, urlopen

MODEL = "claude-haiku-4-5"
PROSE = "Nobody had told the geese that the border had moved, and so they went on grazing in two countries at once, " \
        "which the customs officer entered in his book as an unsolved case."
CODE = "for (let i = 0; i < geese.length; i++) { const g = geese[i]; if (border.crosses(g.path)) { book.push({ id: g.id, " \
       "solved: false, at: Date.now() }); } else { continue; } }"


def forecast_cost(input_tokens, output_tokens):
    return input_tokens / 1_000_000 + output_tokens * 5 / 1_000_000


def post(path, **body):
    headers = {"content-type": "application/json", "anthropic-version": "2023-06-01",
               "authorization": "Bearer " + os.environ["ANTHROPIC_API_KEY"]}
    url = os.environ["ANTHROPIC_BASE_URL"] + path
    with urlopen(Request(url, json.dumps(body).encode(), headers), timeout=9) as r:
        return json.loads(r.read())


def user(text):
    return [{"role": "user", "content": text}]


if __name__ == "__main__":
    k = min(len(PROSE), len(CODE))
    p = post("/v1/messages/count_tokens", model=MODEL, messages=user(PROSE[:k]))["input_tokens"]
    c = post("/v1/messages/count_tokens", model=MODEL, messages=user(CODE[:k]))["input_tokens"]
    print("prose tokens", p)
    print("code tokens", c)
    print("denser", ("code", "prose")[p > c])
    print("forecast", forecast_cost(p, 400))
    if p + 400 > 200_000:
        sys.exit(1)
    print(post("/v1/messages", model=MODEL, max_tokens=400, messages=user(PROSE[:k]))["content"][0]["text"])
