import json
import os
import urllib.request

MODEL = "claude-haiku-4-5"


def call_cost(input_tokens, output_tokens):
    return (input_tokens + 5 * output_tokens) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


def post(path, body):
    request = urllib.request.Request(
        os.environ.get("ANTHROPIC_BASE_URL", "https://api.anthropic.com").rstrip("/") + path,
        data=json.dumps(body).encode("utf-8"),
        headers={
            "content-type": "application/json",
            "x-api-key": os.environ["ANTHROPIC_API_KEY"],
            "anthropic-version": "2023-06-01",
        },
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def main():
    answer = post(
        "/v1/messages",
        {"model": MODEL, "max_tokens": 100, "messages": [{"role": "user", "content": "Grüße! Wer bist du?"}]},
    )
    print(answer["content"][0]["text"])
    used = answer["usage"]
    cost = call_cost(used["input_tokens"], used["output_tokens"])
    print(f"input tokens: {used['input_tokens']} / output tokens: {used['output_tokens']}")
    print(f"cost: ${cost:.6f} / runs per dollar: {runs_per_dollar(cost):.0f}")


if __name__ == "__main__":
    main()
