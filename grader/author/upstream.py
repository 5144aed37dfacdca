"""Asks a real API, or whatever stands in its place: one request, one answer, part by part. HTTP/1.1 by h11.

Knows nothing of what is asked. Compression is undone here; certificates are checked as the system says.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import zlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import h11

REAL = "https://api.anthropic.com"
_READ_BYTES = 1 << 16
_CONNECT_S = 20.0
_READ_S = 600.0
_GZIP_OR_ZLIB = 47  # zlib's word for: look which of the two it is


class UpstreamError(ConnectionError):
    """The upstream could not be asked, or broke off before its answer began; the text is one line."""


@dataclass(frozen=True)
class Reply:
    """The head of an answer, and its body as it comes; header names are lowercase."""

    status: int
    headers: Mapping[str, str]
    parts: AsyncIterator[bytes]

    async def whole(self) -> bytes:
        """Read the rest."""
        return b"".join([part async for part in self.parts])


class Upstream:
    """An API at an address."""

    def __init__(self, url: str) -> None:
        """Raise UpstreamError where the address is none."""
        found = urlsplit(url)
        if found.scheme not in ("http", "https") or not found.hostname:
            raise UpstreamError(f"{url!r} is no address. Give one such as {REAL}.")
        self.url = url.rstrip("/")
        self._host = found.hostname
        self._tls = found.scheme == "https"
        self._port = found.port or (443 if self._tls else 80)
        self._path = found.path.rstrip("/")
        self._netloc = found.netloc.rpartition("@")[2]

    @asynccontextmanager
    async def ask(
        self, method: str, path: str, headers: Sequence[tuple[str, str]], body: bytes
    ) -> AsyncIterator[Reply]:
        """Send a request on a connection of its own and give the answer; raise UpstreamError where there is none."""
        try:
            context = ssl.create_default_context() if self._tls else None
            opening = asyncio.open_connection(self._host, self._port, ssl=context)
            reader, writer = await asyncio.wait_for(opening, _CONNECT_S)
        except (OSError, asyncio.TimeoutError) as error:
            raise UpstreamError(f"{self.url} cannot be reached ({error or 'no answer'}).") from None
        http = h11.Connection(h11.CLIENT)
        try:
            head = [("host", self._netloc), *headers, ("accept-encoding", "identity"), ("connection", "close")]
            head.append(("content-length", str(len(body))))
            request = h11.Request(method=method, target=self._path + path, headers=head)
            # A connection that breaks while this is written breaks when the answer is read, and is told there.
            writer.write((http.send(request) or b"") + (http.send(h11.Data(data=body)) or b"" if body else b""))
            writer.write(http.send(h11.EndOfMessage()) or b"")
            yield await self._reply(http, reader)
        finally:
            writer.close()
            with contextlib.suppress(OSError, ssl.SSLError):
                await writer.wait_closed()

    async def _reply(self, http: h11.Connection, reader: asyncio.StreamReader) -> Reply:
        event = await self._next(http, reader)
        while isinstance(event, h11.InformationalResponse):
            event = await self._next(http, reader)
        if not isinstance(event, h11.Response):
            raise UpstreamError(f"{self.url} closed the connection without an answer.")
        headers = {name.decode("ascii"): value.decode("latin-1") for name, value in event.headers}
        return Reply(event.status_code, headers, self._parts(http, reader, headers.get("content-encoding", "")))

    async def _parts(self, http: h11.Connection, reader: asyncio.StreamReader, encoding: str) -> AsyncIterator[bytes]:
        unpack = zlib.decompressobj(_GZIP_OR_ZLIB) if encoding in ("gzip", "deflate") else None
        while not isinstance(event := await self._next(http, reader), h11.EndOfMessage | h11.ConnectionClosed):
            if isinstance(event, h11.Data):
                data = bytes(event.data)
                if data := unpack.decompress(data) if unpack else data:
                    yield data
        if unpack and (rest := unpack.flush()):
            yield rest

    async def _next(self, http: h11.Connection, reader: asyncio.StreamReader) -> h11.Event:
        """The next event of a connection, read as far as it takes; raise UpstreamError where it breaks off."""
        try:
            while (event := http.next_event()) is h11.NEED_DATA:
                http.receive_data(await asyncio.wait_for(reader.read(_READ_BYTES), _READ_S))
        except (h11.ProtocolError, OSError, asyncio.TimeoutError) as error:
            raise UpstreamError(f"{self.url} broke off ({error or type(error).__name__}).") from error
        assert not isinstance(event, type)  # PAUSED comes to servers alone
        return event
