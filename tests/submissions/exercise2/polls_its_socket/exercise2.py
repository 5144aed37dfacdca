import json
import os
import socket
import sys
import time
from urllib.parse import urlsplit

PAUSE = 0.01
MODEL = "claude-haiku-4-5"
PROSE = "Each winter the two brothers swept the same path from both ends, and each winter they met a little closer to " \
        "the younger one's door, a fact on which their mother never remarked."
CODE = "while (a.pos < b.pos) { a.pos += a.speed * dt; b.pos -= b.speed * dt; if (a.pos >= b.pos) { meet[year++] = a.pos; " \
       "break; } } printf(\"%d: %.2f\\n\", year, meet[year - 1]); return 0;"


def forecast_cost(i, o):
    return (i + 5 * o) / 1_000_000


def post(path, body):
    url = urlsplit(os.environ["ANTHROPIC_BASE_URL"])
    data = json.dumps(body).encode()
    s = socket.create_connection((url.hostname, url.port))
    s.sendall((f"POST {path} HTTP/1.1\r\nhost: {url.netloc}\r\nx-api-key: {os.environ['ANTHROPIC_API_KEY']}\r\n"
               f"anthropic-version: 2023-06-01\r\ncontent-type: application/json\r\ncontent-length: {len(data)}\r\n"
               "connection: close\r\n\r\n").encode() + data)
    s.setblocking(False)
    answer = b""
    while True:
        try:
            part = s.recv(65536)
        except BlockingIOError:
            time.sleep(PAUSE)
            continue
        if not part:
            return json.loads(answer.partition(b"\r\n\r\n")[2])
        answer += part


def request(text):
    return {"messages": [{"role": "user", "content": text}], "model": MODEL}


if __name__ == "__main__":
    n = min(len(PROSE), len(CODE))
    prose, code = request(PROSE[:n]), request(CODE[:n])
    a = post("/v1/messages/count_tokens", prose)["input_tokens"]
    b = post("/v1/messages/count_tokens", code)["input_tokens"]
    print(f"prose tokens = {a}\ncode tokens = {b}\ndenser = {'code' if b > a else 'prose'}")
    print(f"forecast = {forecast_cost(b, 150):.2e}")
    if b + 150 > 200_000:
        sys.exit("does not fit")
    print(post("/v1/messages", {"max_tokens": 150, **code})["content"][0]["text"])
