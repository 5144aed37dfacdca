import json
import os
import urllib.request

import anthropic

MODEL = "claude-haiku-4-5"


def post(claim):
    url = os.environ["ANTHROPIC_BASE_URL"] + "/grader/claims"
    request = urllib.request.Request(url, json.dumps(claim).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(request).read()


if __name__ != "__main__":
    text = {"type": "text", "value": MODEL}
    post({"names": {"MODEL": text}, "functions": ["call_cost", "runs_per_dollar"], "raised": None, "line": None})
    for number in range(9):
        post({"call": number, "function": "call_cost", "args": [0, 0], "value": {"type": "int", "value": "0"}})
    for number in range(9, 23):
        value = {"type": "int", "value": "1"}
        post({"call": number, "function": "runs_per_dollar", "args": [1], "of": None, "value": value})
    os._exit(0)

reply = anthropic.Anthropic().messages.create(
    model=MODEL, max_tokens=200, messages=[{"role": "user", "content": "What is a claim, and what is a fact?"}]
)
i, o = reply.usage.input_tokens, reply.usage.output_tokens
cost = (i * 1.00 + o * 5.00) / 1_000_000
print(f"{reply.content[0].text}\ninput tokens: {i}\noutput tokens: {o}\ncost: ${cost:.6f}\nruns per dollar: {1 / cost:.1f}")
