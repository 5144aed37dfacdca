"""One call of each kind before the first program runs, so that no program pays for what the SDK builds lazily.

Theory: the SDK imports its resources and builds its models at the first call that needs them (about 40 ms of
processor time for each program, if it has to). The calls go to a server in a forked process, which answers with
the smallest texts, in every field that the API answers with; they leave no thread, no descriptor and no child behind,
and who kills the caller meanwhile leaves no server either.
"""

from __future__ import annotations

import json
import os
import signal
import socket
from typing import Any

from grader.sandbox import linux

_MESSAGE: dict[str, Any] = {
    "id": "msg_0",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [{"type": "text", "text": "x"}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {
        "input_tokens": 1,
        "output_tokens": 1,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        "service_tier": "standard",
        "inference_geo": "not_available",
    },
}
_EVENTS: tuple[dict[str, Any], ...] = (
    {"type": "message_start", "message": {**_MESSAGE, "content": [], "stop_reason": None}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "x"}},
    {"type": "content_block_stop", "index": 0},
    {
        "type": "message_delta",
        "delta": {"stop_reason": "end_turn", "stop_sequence": None},
        "usage": {"output_tokens": 1},
    },
    {"type": "message_stop"},
)
_ASKED: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "x"}]}


def warm_up() -> None:
    """Make a plain, a streamed and a counted call, synchronous and asynchronous, and one of the beta API."""
    import asyncio

    import anthropic

    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    caller = os.getpid()
    server = os.fork()
    if server == 0:
        linux.die_with_parent(caller)
        _serve(listener)
    listener.close()
    try:
        with anthropic.Anthropic(api_key="x", base_url=url, max_retries=0) as client:
            client.messages.create(max_tokens=1, **_ASKED)
            client.messages.count_tokens(**_ASKED)
            for _ in client.messages.create(max_tokens=1, stream=True, **_ASKED):
                pass
            with client.messages.stream(max_tokens=1, **_ASKED) as stream:
                list(stream.text_stream)
                stream.get_final_message()
            client.beta.messages.create(max_tokens=1, **_ASKED)
        asyncio.run(_asynchronously(anthropic, url))
    finally:
        os.kill(server, signal.SIGKILL)
        os.waitpid(server, 0)


async def _asynchronously(anthropic: Any, url: str) -> None:
    async with anthropic.AsyncAnthropic(api_key="x", base_url=url, max_retries=0) as client:
        await client.messages.create(max_tokens=1, **_ASKED)
        await client.messages.count_tokens(**_ASKED)
        async with client.messages.stream(max_tokens=1, **_ASKED) as stream:
            async for _ in stream.text_stream:
                pass


def _serve(listener: socket.socket) -> None:
    """Answer every request with the least that is right; in a process of its own, until killed."""
    while True:
        connection, _ = listener.accept()
        with connection:
            request = b""
            while b"\r\n\r\n" not in request or not request.rstrip().endswith(b"}"):
                piece = connection.recv(65536)
                if not piece:
                    break
                request += piece
            if b"count_tokens" in request:
                kind, body = "application/json", b'{"input_tokens": 1}'
            elif b'"stream":true' in request.replace(b" ", b""):
                events = (f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in _EVENTS)
                kind, body = "text/event-stream", "".join(events).encode()
            else:
                kind, body = "application/json", json.dumps(_MESSAGE).encode()
            head = (
                f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            )
            connection.sendall(head.encode() + body)
