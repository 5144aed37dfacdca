"""Splits the bytes of a connection into requests. HTTP by h11; no I/O.

Theory of operation. Bytes are parsed as they arrive, also while an answer is being sent, so that pipelined requests
are seen when they come and not when their turn comes. To that end every request has an h11 connection of its own:
the bytes behind a request go to the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import h11

LARGEST_BODY_BYTES = 32 * 2**20
LARGEST_HEAD_BYTES = 64 * 1024


@dataclass(frozen=True)
class Arrived:
    """A request that arrived whole; header names are lowercase, `body` is None where it was too large to keep."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None


class Parser:
    """Splits the bytes of a connection into requests; `http` is the connection of the one under way."""

    def __init__(self) -> None:
        self.http = _new_http()
        self._request: h11.Request | None = None
        self._body: bytearray | None = bytearray()
        self._over = False  # the last request asked to close the connection, or was no HTTP

    @property
    def between_requests(self) -> bool:
        """Whether no byte of a next request has arrived."""
        return self._request is None and not self.http.trailing_data[0]

    @property
    def wants_continue(self) -> bool:
        """Whether the client waits for a word before it sends the body."""
        return self.http.they_are_waiting_for_100_continue

    def feed(self, data: bytes) -> Iterator[tuple[h11.Connection, Arrived]]:
        """Take bytes; give each request that is whole now, with the h11 connection that will answer it."""
        if self._over:
            return
        self.http.receive_data(data)
        while True:
            try:
                event = self.http.next_event()
            except h11.RemoteProtocolError:
                self._over = True
                raise
            if isinstance(event, h11.Request):
                self._request, self._body = event, bytearray()
            elif isinstance(event, h11.Data):
                self._keep(event.data)
            elif isinstance(event, h11.EndOfMessage):
                http, request = self.http, self._arrived()
                self._over = http.their_state is h11.MUST_CLOSE
                self.http, self._request = _new_http(), None
                rest = http.trailing_data[0]
                if rest and not self._over:
                    self.http.receive_data(rest)
                yield http, request
                if self._over:
                    return
            else:
                return

    def _keep(self, data: bytes | bytearray) -> None:
        if self._body is not None:
            self._body += data
            if len(self._body) > LARGEST_BODY_BYTES:
                self._body = None

    def _arrived(self) -> Arrived:
        assert self._request is not None
        return Arrived(
            method=self._request.method.decode("ascii"),
            path=_path(self._request.target),
            headers={name.decode("ascii"): value.decode("latin-1") for name, value in self._request.headers},
            body=None if self._body is None else bytes(self._body),
        )


def _path(target: bytes) -> str:
    """The path of a request's target, without the query; a proxy's target is a whole address."""
    text = target.decode("latin-1")
    if text.startswith("/"):
        return text.split("?", 1)[0].split("#", 1)[0]
    try:
        return urlsplit(text).path or text
    except ValueError:
        return text


def _new_http() -> h11.Connection:
    return h11.Connection(h11.SERVER, max_incomplete_event_size=LARGEST_HEAD_BYTES)
