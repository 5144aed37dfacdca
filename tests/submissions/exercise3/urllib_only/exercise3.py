import json
import os
import urllib.request

BODY = {
    "model": "claude-haiku-4-5",
    "max_tokens": 2000,
    "messages": [{"role": "user", "content": "Explain the tides to a sailor."}],
}


def send(body):
    return urllib.request.urlopen(
        urllib.request.Request(
            os.environ["ANTHROPIC_BASE_URL"] + "/v1/messages",
            json.dumps(body).encode(),
            {"x-api-key": os.environ["ANTHROPIC_API_KEY"], "anthropic-version": "2023-06-01",
             "content-type": "application/json"},
        )
    )


def main():
    with send(BODY) as r:
        print("plain:", json.load(r)["stop_reason"])
    with send({**BODY, "stream": True}) as r:
        for raw in r:
            line = raw.decode("utf-8").strip()
            if line.startswith("data: "):
                e = json.loads(line[6:])
                if e["type"] == "message_start":
                    i = e["message"]["usage"]["input_tokens"]
                elif e["type"] == "content_block_delta":
                    print(e["delta"]["text"], end="", flush=True)
                elif e["type"] == "message_delta":
                    o, why = e["usage"]["output_tokens"], e["delta"]["stop_reason"]
    print(f"\nstop reason: {why}\ninput tokens: {i}\noutput tokens: {o}\ncost: ${(i + 5 * o) / 1e6:.6f}")


if __name__ == "__main__":
    main()
