import http.client
import json
import os
import sys
from urllib.parse import urlsplit

MODEL = "claude-haiku-4-5"
where = urlsplit(os.environ["ANTHROPIC_BASE_URL"])
connection = http.client.HTTPConnection(where.hostname, where.port, timeout=30)


def post(**body):
    connection.request("POST", "/v1/messages", json.dumps(body), {
        "Authorization": "Bearer " + os.environ["ANTHROPIC_API_KEY"],
        "anthropic-version": "2023-06-01",
        "Content-Type": "application/json",
    })
    return connection.getresponse()


def main():
    ask = {"model": MODEL, "max_tokens": 1700, "messages": [{"role": "user", "content": "What is rust?"}]}
    json.loads(post(**ask).read())
    response = post(stream=True, **ask)
    usage = {}
    while line := response.readline():
        name, _, rest = line.partition(b": ")
        if name == b"data":
            data = json.loads(rest)
            usage.update(data.get("usage") or data.get("message", {}).get("usage") or {})
            delta = data.get("delta", {})
            reason = delta.get("stop_reason")
            if reason:
                usage["stop"] = reason
            sys.stdout.buffer.write(delta.get("text", "").encode("utf-8"))
            sys.stdout.buffer.flush()
    print()
    print("stop reason:", usage["stop"])
    print("input tokens:", usage["input_tokens"])
    print("output tokens:", usage["output_tokens"])
    print("cost:", (usage["input_tokens"] + 5 * usage["output_tokens"]) / 1_000_000)


if __name__ == "__main__":
    main()
