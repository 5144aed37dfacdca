"""The replay server: the API on loopback for one run. Asks the script what to answer, the dealer and the gate when.

Writes down every request as it arrives whole and everything that leaves at the moment when it is handed to the
transport, so that the order of events is the order of the wire. Never keeps a key.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Literal

from grader.progress import Progress
from grader.replay import wire
from grader.replay.connection import ClientGoneError, Connection
from grader.replay.dealing import Dealer, is_dealt
from grader.replay.door import Door
from grader.replay.gate import Gate
from grader.replay.parser import Arrived
from grader.replay.recorder import Recorder
from grader.replay.rules import Request, parse
from grader.replay.script import Answer, Script, Streamed, Whole
from grader.replay.tries import Tries
from grader.screen import Screen
from grader.trace import (
    AnswerSent,
    GatePassed,
    Json,
    PieceSent,
    RequestReceived,
    StreamEnded,
    StreamStarted,
)

CLAIMS = "/grader/claims"

LONGEST_KEPT = 500  # characters of a path or a header that the trace keeps
KEPT_HEADERS = frozenset({"content-type", "user-agent", "anthropic-version", "anthropic-beta", "accept"})
KEPT_PREFIX = "x-stainless-"

Claims = Callable[[Json], None]


class ReplayServer:
    """Answers the requests of one run on a listening socket."""

    def __init__(
        self,
        script: Script,
        recorder: Recorder,
        gate: Gate,
        screen: Screen,
        claims: Claims | None = None,
    ) -> None:
        """`claims` takes what the probe beside the student's code posts to /grader/claims."""
        self.fault: Exception | None = None  # a failure of the server itself: nothing of the run can be judged
        self._script = script
        self._recorder = recorder
        self._gate = gate
        self._dealer = Dealer(script, gate)
        self._screen = screen
        self._claims = claims
        self._tries = Tries()
        self._requests = 0
        self._received_bytes = 0
        self._streaming: set[Progress] = set()
        self._door = Door(self)

    async def serve(self, listening: socket.socket) -> None:
        """Start to serve a listening socket on the running loop."""
        self._door.open(listening)

    async def close(self) -> None:
        """Close everything; end open streams; raise the server's own fault where there was one."""
        await self._door.close()
        await self._dealer.close()
        await asyncio.sleep(0)  # so that the transports are closed, too
        if self.fault is not None:
            raise self.fault

    @property
    def owes(self) -> bool:
        """Whether somebody waits for an answer that is ours to send."""
        return any(connection.answering for connection in self._door)

    @property
    def all_shown(self) -> bool:
        """Whether nothing that was sent of a stream still has to come to the screen."""
        return all(progress.all_shown for progress in self._streaming)

    # ------------------------------------------------------------ connections

    def closed(self, connection: Connection) -> None:
        self._door.closed(connection)

    def rested(self) -> None:
        self._door.rested()

    def failed(self, fault: Exception) -> None:
        self.fault = self.fault or fault

    def received(self, size_bytes: int) -> bool:
        self._gate.stirred()
        self._received_bytes += size_bytes
        return self._script.bounds.allow_bytes(self._received_bytes)

    # ------------------------------------------------------------ requests

    def arrived(self, connection: Connection, request: Arrived) -> _Turn:
        """Write a request down, in the order of arrival over all connections; decide its answer if it is not dealt."""
        head_only = request.method == "HEAD"
        if request.path == CLAIMS and request.method == "POST" and self._claims is not None:
            return _Turn(None, head_only, self._take_claims(request))
        value, unreadable = (None, "") if request.body is None else parse(request.body)
        if not self._script.bounds.allow_requests(self._requests):  # the first one too many stands in the trace
            return _Turn(None, head_only, self._script.refuse_flood(), last=True)
        self._requests += 1
        exchange = self._requests
        self._recorder.record(
            RequestReceived,
            exchange=exchange,
            connection=connection.number,
            method=request.method,
            path=request.path[:LONGEST_KEPT],
            headers=harmless(request.headers),
            body=value,
            repeats=self._tries.begin(exchange, request),
        )
        if request.body is None:
            return _Turn(exchange, head_only, self._script.refuse(413, "The request is larger than 32 MB."))
        asked = Request(request.method, request.path, request.headers, value, unreadable)
        return _Turn(exchange, head_only, asked if is_dealt(asked) else self._script.answer(asked))

    def malformed(self, connection: Connection, status: int) -> _Turn:
        """Answer what is no HTTP; it is no request, and is not written down."""
        return _Turn(None, False, self._script.refuse(status, "This is no HTTP/1.1 request."), last=True)

    def _take_claims(self, request: Arrived) -> Whole | None:
        value, unreadable = parse(request.body or b"")
        if unreadable or self._claims is None:
            return self._script.refuse(400, f"The claims are not JSON: {unreadable}")
        self._claims(value)
        return None

    # ------------------------------------------------------------ answers

    async def answer(self, connection: Connection, turn: _Turn) -> None:
        """Send the answer of a request whose turn has come."""
        connection.must_close = turn.last
        answer = await self._decided(connection, turn)
        if answer is None:
            connection.send_whole(204, [], b"")
        elif isinstance(answer, Streamed):
            assert turn.exchange is not None  # what is streamed is written down
            await self._send_stream(connection, turn.exchange, answer)
        else:
            self._send_whole(connection, turn, answer)
        await connection.drained()

    async def _decided(self, connection: Connection, turn: _Turn) -> Answer | None:
        """Give the answer when it is to be sent."""
        if isinstance(turn.answer, Request):
            patient = self._dealer.holds_briefly(turn.answer)  # who left a long hold behind was not answered
            return await connection.unless_gone(self._dealer.answer(turn.answer), patient=patient)
        return turn.answer

    def _send_whole(self, connection: Connection, turn: _Turn, answer: Whole) -> None:
        connection.send_whole(
            answer.status,
            wire.head(answer.kind, answer.marks, _now(), answer.headers),
            wire.to_json(answer.body),
            head_only=turn.head_only,
        )
        if turn.exchange is not None:
            self._recorder.record(
                AnswerSent,
                exchange=turn.exchange,
                status=answer.status,
                body=answer.body,
                estimated=answer.estimated,
            )
            self._tries.end(turn.exchange, failed=answer.may_be_repeated)

    async def _send_stream(self, connection: Connection, exchange: int, answer: Streamed) -> None:
        if connection.gone:
            raise ClientGoneError
        connection.send_head(
            wire.head("stream", answer.marks, _now(), answer.headers),
            wire.stream_start(answer.message, answer.paddings),
        )
        self._recorder.record(StreamStarted, exchange=exchange, message=answer.message)
        progress = Progress(self._screen)
        self._streaming.add(progress)
        sent = 0
        how: _How = "killed"
        try:
            for index, piece in enumerate(answer.pieces):
                if _planned_end(answer, sent):
                    break
                if connection.gone:
                    raise ClientGoneError
                self._gate.before_piece()
                connection.send_part(wire.stream_piece(piece, answer.paddings))
                sent += 1
                self._recorder.record(PieceSent, exchange=exchange, index=index, text=piece)
                progress.send(piece)
                await self._hold(connection, exchange, index, progress)
            how = self._finish(connection, answer, sent)
        except ClientGoneError:
            how = "gone"
            raise
        finally:
            self._streaming.discard(progress)
            self._recorder.record(
                StreamEnded,
                exchange=exchange,
                how=how,
                unsent=answer.pieces[sent:],
                usage=answer.usage,
                stop_reason=answer.stop_reason,
            )
            self._tries.end(exchange, failed=how in ("cut", "error"))

    async def _hold(self, connection: Connection, exchange: int, index: int, progress: Progress) -> None:
        """Hold the next piece back until the gate lets it pass, or the client leaves."""
        try:
            await connection.drained()
            because = await connection.unless_gone(self._gate.piece_shown(progress))
        except ClientGoneError:
            self._recorder.record(GatePassed, exchange=exchange, index=index, because="gone")
            raise
        self._recorder.record(GatePassed, exchange=exchange, index=index, because=because)

    def _finish(self, connection: Connection, answer: Streamed, sent: int) -> _How:
        if connection.gone:
            raise ClientGoneError
        planned = _planned_end(answer, sent)
        if planned == "cut":
            connection.cut()
            return "cut"
        if planned == "error":
            connection.send_end(wire.stream_error(answer.error))
            return "error"
        connection.send_end(wire.stream_end(answer.stop_reason, answer.usage, answer.paddings))
        return "complete"


_How = Literal["complete", "gone", "cut", "error", "killed"]


@dataclass(frozen=True)
class _Turn:
    """An answer that waits for its turn, or the request that it is dealt for; None for claims that were taken.

    `exchange` is None off the record.
    """

    exchange: int | None
    head_only: bool
    answer: Answer | Request | None
    last: bool = False  # the connection is closed after it


def _planned_end(answer: Streamed, sent: int) -> Literal["cut", "error"] | None:
    if answer.cut_after is not None and sent >= min(answer.cut_after, len(answer.pieces)):
        return "cut"
    if answer.error_after is not None and sent >= min(answer.error_after, len(answer.pieces)):
        return "error"
    return None


def harmless(headers: dict[str, str]) -> dict[str, str]:
    """The headers that say how a request was made, and nothing about who made it."""
    return {
        name: value[:LONGEST_KEPT]
        for name, value in headers.items()
        if name in KEPT_HEADERS or name.startswith(KEPT_PREFIX)
    }


def _now() -> datetime:
    return datetime.now(timezone.utc)
