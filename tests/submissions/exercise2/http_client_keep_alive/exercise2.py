import http.client
import json
import os
from urllib.parse import urlsplit

MODEL = "claude-haiku-4-5"
LIMIT = 200
PROSE = "The violin stood in the shop for thirty years with a ticket that said reserved, and when at last somebody " \
        "came for it he only wanted to know whose name was on the ticket."
CODE = "violins = {v.id: v for v in shop.items if isinstance(v, Violin)}\nfor key, v in violins.items():\n" \
       "    assert v.ticket is not None, f'{key=} {v!r}'\n    print(v.ticket.name, (today - v.since).days // 365)\n"


def forecast_cost(*tokens):
    return sum(t * p for t, p in zip(tokens, (1e-6, 5e-6)))


class Wire:
    def __init__(self):
        self.c = http.client.HTTPConnection(urlsplit(os.environ["ANTHROPIC_BASE_URL"]).netloc)

    def __call__(self, path, body):
        self.c.request("POST", path, json.dumps(body), {
            "x-api-key": os.environ["ANTHROPIC_API_KEY"], "content-type": "application/json",
            "anthropic-version": "2023-06-01"})
        return json.load(self.c.getresponse())


def main():
    wire = Wire()
    half = min(len(PROSE), len(CODE)) // 2
    n = {}
    for name, text in dict(prose=PROSE, code=CODE).items():
        body = {"model": MODEL, "messages": [{"role": "user", "content": text[:2 * half]}]}
        n[name] = wire("/v1/messages/count_tokens", body)["input_tokens"]
    print("\n".join(f"{k.title()} tokens: {v:,}" for k, v in n.items()))
    print("Denser: " + sorted(n, key=n.get)[-1].upper())
    print(f"Forecast: {forecast_cost(n['code'], LIMIT):.8f}")
    if n["code"] <= 200_000 - LIMIT:
        print(wire("/v1/messages", {**body, "max_tokens": LIMIT})["content"][0]["text"])
    else:
        print("Too long, so I did not send it.")


if __name__ == "__main__":
    main()
