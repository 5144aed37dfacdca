"""One connection: hands whole requests to its server and the server's answers to the transport, in their order.

Requests are taken as they arrive, also while an answer is being sent; answers leave in the order of the requests.
What is answered is the server's business.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import deque
from collections.abc import Coroutine
from typing import Any, Protocol, TypeVar

import h11

from grader.replay.parser import Arrived, Parser
from grader.replay.wire import Header

T = TypeVar("T")
Turn = Any  # what the server wants to know again when a request's turn to be answered comes

MOST_WAITING = 32  # pipelined requests; beyond that the connection is not read until they are answered


class ClientGoneError(Exception):
    """The client has closed the connection."""


class Host(Protocol):
    """What a connection asks of its server."""

    def received(self, size_bytes: int) -> bool:
        """Take note of bytes; tell whether the connection may go on."""

    def arrived(self, connection: Connection, request: Arrived) -> Turn:
        """Take a request."""

    def malformed(self, connection: Connection, status: int) -> Turn:
        """Take what is no HTTP."""

    async def answer(self, connection: Connection, turn: Turn) -> None:
        """Answer a request, now that it is its turn."""

    def closed(self, connection: Connection) -> None:
        """Forget a connection."""

    def rested(self) -> None:
        """Take note that a connection has nothing to do."""

    def failed(self, fault: Exception) -> None:
        """Take note of a fault of our own."""


class Connection(asyncio.Protocol):
    """A client's connection, from accept to close."""

    def __init__(self, host: Host, number: int) -> None:
        self.number = number
        self.must_close = False  # after the answer that is being sent
        self.gone = False  # the client has closed its side
        self._host = host
        self._parser = Parser()
        self._turns: deque[tuple[h11.Connection, Turn]] = deque()
        self._http: h11.Connection | None = None  # of the request that is being answered
        self._task: asyncio.Task[None] | None = None
        self._transport: asyncio.Transport
        self._lost = False  # and nothing can be sent to it any more
        self._waiting: asyncio.Task[Any] | None = None  # what is called off as soon as the client is gone
        self._patient = False  # ... or only when it is lost
        self._writable = asyncio.Event()
        self._writable.set()

    # ------------------------------------------------------------ what the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        with contextlib.suppress(OSError, AttributeError):
            transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._host.received(0)

    def data_received(self, data: bytes) -> None:
        if not self._host.received(len(data)):
            self._transport.abort()
            return
        try:
            for http, request in self._parser.feed(data):
                self._take(http, self._host.arrived(self, request))
        except h11.RemoteProtocolError as error:
            self._take(self._parser.http, self._host.malformed(self, error.error_status_hint))
        except Exception as fault:
            self._host.failed(fault)
            self._transport.abort()
            return
        if self._parser.wants_continue and self._task is None:
            self._write(self._parser.http, h11.InformationalResponse(status_code=100, headers=[]))
        if len(self._turns) >= MOST_WAITING:
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        self._host.received(0)
        self._leave()
        return self._task is not None  # a client that closed its own side only still gets what it asked for

    def connection_lost(self, error: Exception | None) -> None:
        self._lost = True
        self._leave()
        self._writable.set()
        self._host.closed(self)

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def _leave(self) -> None:
        self.gone = True
        if self._waiting is not None and (self._lost or not self._patient):
            self._waiting.cancel()

    # ------------------------------------------------------------ turns

    @property
    def idle(self) -> bool:
        """Whether something has been answered, and nothing is being asked or answered now."""
        return self._http is not None and self._task is None and self._parser.between_requests

    @property
    def answering(self) -> bool:
        """Whether an answer is owed, and it is not the client that keeps it from being sent."""
        left = self._lost or (self.gone and not self._patient)
        return self._task is not None and self._writable.is_set() and not left

    def _take(self, http: h11.Connection, turn: Turn) -> None:
        self._turns.append((http, turn))
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._answer_in_turn())

    async def _answer_in_turn(self) -> None:
        try:
            while self._turns:
                self._http, turn = self._turns.popleft()
                await self._host.answer(self, turn)
                if self.must_close or self._http.our_state is not h11.DONE:
                    self._transport.close()
                    return
                if len(self._turns) < MOST_WAITING:
                    self._transport.resume_reading()
            if self.gone:
                self._transport.close()
        except ClientGoneError:
            self._transport.abort()
        except Exception as fault:
            self._host.failed(fault)
            self._transport.abort()
        finally:
            self._task = None
            self._host.rested()

    async def close(self) -> None:
        """Close at once; what is being answered ends here."""
        task = self._task
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        self._transport.abort()

    def close_idle(self) -> None:
        """Close a connection on which nothing goes on."""
        self._transport.close()

    # ------------------------------------------------------------ answers

    def send_whole(self, status: int, headers: list[Header], body: bytes, *, head_only: bool = False) -> None:
        """Hand a whole answer to the transport; raise ClientGoneError where nobody is left to take it."""
        http = self._answered()
        framing = [] if status == 204 else [(b"content-length", b"%d" % len(body))]
        data = _bytes(http, h11.Response(status_code=status, headers=self._closing(headers + framing)))
        if body and not head_only:
            data += _bytes(http, h11.Data(data=body))
        self._transport.write(data + _bytes(http, h11.EndOfMessage()))

    def send_head(self, headers: list[Header], data: bytes) -> None:
        """Hand the head of a streamed answer and its first bytes to the transport."""
        http = self._answered()
        head = _bytes(http, h11.Response(status_code=200, headers=self._closing(headers)))
        self._transport.write(head + _bytes(http, h11.Data(data=data)))

    def send_part(self, data: bytes) -> None:
        """Hand some more of a streamed answer to the transport."""
        self._write(self._answered(), h11.Data(data=data))

    def send_end(self, data: bytes) -> None:
        """Hand the rest of a streamed answer to the transport."""
        http = self._answered()
        self._transport.write(_bytes(http, h11.Data(data=data)) + _bytes(http, h11.EndOfMessage()))

    def cut(self) -> None:
        """Close in the middle of an answer, once what was sent has left."""
        self._transport.close()
        self.must_close = True

    async def drained(self) -> None:
        """Return when the client has taken most of what was sent; raise ClientGoneError where it leaves."""
        if not self._writable.is_set():
            await self.unless_gone(self._writable_again())

    async def unless_gone(self, waiting: Coroutine[Any, Any, T], *, patient: bool = False) -> T:
        """Wait for something; raise ClientGoneError as soon as the client closes the connection.

        `patient`: a client that has closed its own side may still be reading.
        """
        if self._lost or (self.gone and not patient):
            waiting.close()
            raise ClientGoneError
        self._waiting = asyncio.current_task()
        self._patient = patient
        try:
            return await waiting
        except asyncio.CancelledError:
            if self.gone:
                raise ClientGoneError from None
            raise
        finally:
            self._waiting = None

    async def _writable_again(self) -> None:
        await self._writable.wait()

    def _answered(self) -> h11.Connection:
        if self._transport.is_closing():
            raise ClientGoneError
        assert self._http is not None
        return self._http

    def _closing(self, headers: list[Header]) -> list[Header]:
        return [*headers, (b"connection", b"close" if self.must_close else b"keep-alive")]

    def _write(self, http: h11.Connection, event: h11.Event) -> None:
        self._transport.write(_bytes(http, event))


def _bytes(http: h11.Connection, event: h11.Event) -> bytes:
    return http.send(event) or b""
