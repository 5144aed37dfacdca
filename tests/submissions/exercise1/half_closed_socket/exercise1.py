import json
import os
import socket
from http.client import HTTPResponse
from urllib.parse import urlsplit

MODEL = "claude-haiku-4-5"


def call_cost(a, b):
    return a / 1e6 + b * 5 / 1e6


def runs_per_dollar(cost):
    return 1 / cost


def talk(prompt):
    where = urlsplit(os.environ["ANTHROPIC_BASE_URL"])
    body = json.dumps({"model": MODEL, "max_tokens": 70, "messages": [{"role": "user", "content": prompt}]}).encode()
    head = (
        f"POST /v1/messages HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Type: application/json\r\n"
        f"X-Api-Key: {os.environ['ANTHROPIC_API_KEY']}\r\nanthropic-version: 2023-06-01\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection((where.hostname, where.port or 80)) as s:
        s.sendall(head.encode() + body)
        s.shutdown(socket.SHUT_WR)
        response = HTTPResponse(s)
        response.begin()
        return json.loads(response.read())


if __name__ == "__main__":
    m = talk("ping")
    i, o = m["usage"]["input_tokens"], m["usage"]["output_tokens"]
    print(m["content"][0]["text"])
    print("input tokens", i)
    print("output tokens", o)
    print("cost", call_cost(i, o))
    print("runs per dollar", runs_per_dollar(call_cost(i, o)))
