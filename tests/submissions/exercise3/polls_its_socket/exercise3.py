import json
import os
import socket
import time
from urllib.parse import urlsplit

ASK = {"model": "claude-haiku-4-5", "max_tokens": 1500, "messages": [
    {"role": "user", "content": "In five paragraphs: how does a language model write its answer, and why does it take its time?"}]}


def lines(body):
    url = urlsplit(os.environ["ANTHROPIC_BASE_URL"])
    data = json.dumps(body).encode()
    s = socket.create_connection((url.hostname, url.port))
    s.sendall((f"POST /v1/messages HTTP/1.1\r\nhost: {url.netloc}\r\nx-api-key: {os.environ['ANTHROPIC_API_KEY']}\r\n"
               f"anthropic-version: 2023-06-01\r\ncontent-type: application/json\r\ncontent-length: {len(data)}\r\n"
               "connection: close\r\n\r\n").encode() + data)
    s.setblocking(False)
    rest = b""
    while True:
        try:
            part = s.recv(65536)
        except BlockingIOError:
            time.sleep(0.002)
            continue
        if not part:
            return
        *whole, rest = (rest + part).split(b"\n")
        yield from whole


list(lines(ASK))
i = o = 0
reason = ""
for line in lines({**ASK, "stream": True}):
    if line.startswith(b"data: "):
        event = json.loads(line[6:])
        if event["type"] == "message_start":
            i = event["message"]["usage"]["input_tokens"]
        elif event["type"] == "content_block_delta":
            print(event["delta"]["text"], end="", flush=True)
        elif event["type"] == "message_delta":
            o, reason = event["usage"]["output_tokens"], event["delta"]["stop_reason"]
print(f"\n\nstop reason: {reason}\ninput tokens: {i}\noutput tokens: {o}\ncost: ${(i + 5 * o) / 1e6:.6f}")
