"""One stream of the real API on its way to the program: its events as they are, its text through the gate.

Knows nothing of keys and money.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from typing import Any, Literal

from grader.author.upstream import Reply, UpstreamError
from grader.progress import Progress
from grader.replay.connection import ClientGoneError, Connection
from grader.replay.gate import Gate
from grader.replay.recorder import Recorder
from grader.screen import Screen
from grader.trace import GatePassed, Json, PieceSent, StreamEnded, StreamStarted

_RETURNED = ("content-type", "cache-control", "request-id", "retry-after", "retry-after-ms", "x-should-retry")
_INPUT = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")

How = Literal["complete", "gone", "cut", "error", "killed"]


class Passage:
    """One stream on its way through: events go on as they are, pieces of text through the gate."""

    def __init__(self, connection: Connection, exchange: int, recorder: Recorder, gate: Gate, screen: Screen) -> None:
        self.how: How = "killed"
        self._connection = connection
        self._exchange = exchange
        self._recorder = recorder
        self._gate = gate
        self._progress = Progress(screen)
        self._begun = False
        self._pieces = 0
        self._first: dict[str, Any] = {}
        self._last: dict[str, Any] = {}
        self._stop_reason: str | None = None

    @property
    def used(self) -> tuple[int, int] | None:
        """Input and output tokens, None where the stream ended before it told them."""
        return tokens_of({**self._first, **self._last}) if self.how == "complete" else None

    async def pass_on(self, raw: bytes, reply: Reply) -> None:
        """Send one event on; a piece of text is held until the one before it is shown."""
        event = _event(raw)
        kind = event.get("type")
        if self._connection.gone:
            raise ClientGoneError
        if not self._begun:
            self._begin(raw, event, reply)
            return
        if kind == "message_stop":
            self._connection.send_end(raw)
            self.how = "complete"
        elif kind == "error":
            self._connection.send_end(raw)
            self.how = "error"
        elif kind == "content_block_delta" and (text := _text_of(event)):
            await self._piece(raw, text)
        else:
            if kind == "message_delta":
                self._last = {k: v for k, v in (event.get("usage") or {}).items() if v is not None}
                self._stop_reason = (event.get("delta") or {}).get("stop_reason")
            self._connection.send_part(raw)
        await self._connection.drained()

    def _begin(self, raw: bytes, event: dict[str, Any], reply: Reply) -> None:
        message = event.get("message") if event.get("type") == "message_start" else None
        self._first = dict((message or {}).get("usage") or {})
        self._connection.send_head(returned(reply), raw)
        self._recorder.record(StreamStarted, exchange=self._exchange, message=message or {})
        self._begun = True

    async def _piece(self, raw: bytes, text: str) -> None:
        self._gate.before_piece()
        self._connection.send_part(raw)
        index, self._pieces = self._pieces, self._pieces + 1
        self._recorder.record(PieceSent, exchange=self._exchange, index=index, text=text)
        self._progress.send(text)
        because = "gone"
        try:
            await self._connection.drained()
            because = await self._connection.unless_gone(self._gate.piece_shown(self._progress))
        finally:
            self._recorder.record(GatePassed, exchange=self._exchange, index=index, because=because)

    def close(self) -> None:
        """Break the stream off here where the API has broken it off."""
        if self.how == "killed" and self._begun:
            self._connection.cut()
            self.how = "cut"
        elif not self._begun:
            raise UpstreamError("The API began a stream and sent nothing.")

    def record_end(self) -> None:
        """Write down how the stream ended."""
        if self._begun:
            self._recorder.record(
                StreamEnded,
                exchange=self._exchange,
                how=self.how,
                unsent=(),
                usage=self._last,
                stop_reason=self._stop_reason,
            )


def returned(reply: Reply) -> list[tuple[bytes, bytes]]:
    """The headers that the program sees: those that the SDK acts on, and none about an account."""
    date = datetime.now(timezone.utc).strftime("%a, %d %b %Y %H:%M:%S GMT")
    kept: Sequence[tuple[str, str]] = [(name, reply.headers[name]) for name in _RETURNED if name in reply.headers]
    return [(b"date", date.encode()), *((name.encode(), value.encode("latin-1")) for name, value in kept)]


def _event(raw: bytes) -> dict[str, Any]:
    data = b"".join(_data_lines(raw))
    try:
        value = json.loads(data)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _data_lines(raw: bytes) -> Iterator[bytes]:
    for line in raw.split(b"\n"):
        if line.startswith(b"data:"):
            yield line[5:].strip()


def _text_of(event: dict[str, Any]) -> str:
    delta = event.get("delta")
    text = delta.get("text") if isinstance(delta, dict) and delta.get("type") == "text_delta" else None
    return text if isinstance(text, str) else ""


def tokens_of(usage: Json) -> tuple[int, int]:
    """Input and output tokens of a usage; tokens that a cache has read or written count as input."""
    if not isinstance(usage, dict):
        return 0, 0
    return sum(int(usage.get(name) or 0) for name in _INPUT), int(usage.get("output_tokens") or 0)
