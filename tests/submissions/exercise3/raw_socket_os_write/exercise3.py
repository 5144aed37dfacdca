import json
import os
import socket
from http.client import HTTPResponse
from urllib.parse import urlsplit

URL = urlsplit(os.environ.get("ANTHROPIC_BASE_URL", "http://127.0.0.1"))
ASK = {"model": "claude-haiku-4-5", "max_tokens": 1800, "messages": [{"role": "user", "content": "What is a socket?"}]}


def post(body):
    data = json.dumps(body).encode()
    s = socket.create_connection((URL.hostname, URL.port))
    s.sendall(b"POST /v1/messages HTTP/1.1\r\nHost: %b\r\nX-Api-Key: %b\r\nanthropic-version: 2023-06-01\r\n"
              b"Content-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b"
              % (URL.netloc.encode(), os.environ["ANTHROPIC_API_KEY"].encode(), len(data), data))
    answer = HTTPResponse(s)
    answer.begin()
    return answer


def out(text):
    data = text.encode("utf-8")
    while data:
        data = data[os.write(1, data):]


if __name__ == "__main__":
    json.loads(post(ASK).read())
    for line in post({**ASK, "stream": True}):
        if line.startswith(b"data:"):
            event = json.loads(line[5:])
            kind = event["type"]
            if kind == "message_start":
                tokens_in = event["message"]["usage"]["input_tokens"]
            elif kind == "content_block_delta":
                out(event["delta"]["text"])
            elif kind == "message_delta":
                stop, tokens_out = event["delta"]["stop_reason"], event["usage"]["output_tokens"]
    out(f"\n\nstop reason: {stop}\ninput tokens: {tokens_in}\noutput tokens: {tokens_out}\n")
    out(f"cost: {(tokens_in * 1 + tokens_out * 5) / 1e6:.6f} dollars\n")
