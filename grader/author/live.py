"""The real API behind the replay server's own front: forwards every request and writes down what passes.

The program holds the dummy key; the real one is put in here, and is in no event. Pieces of a stream leave through the
gate, as they do in a replay, so the same checks hold. A request that is not to be paid for, or an API that cannot be
reached, ends the run as a fault that is nobody's mistake.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from grader.author.passage import Passage, returned, tokens_of
from grader.author.purse import NotPaidFor, Purse
from grader.author.upstream import Reply, Upstream, UpstreamError
from grader.fixtures.content import countable
from grader.replay.bounds import ONE_RUN
from grader.replay.connection import ClientGoneError, Connection
from grader.replay.gate import Gate
from grader.replay.parser import Arrived
from grader.replay.recorder import Recorder
from grader.replay.rules import Refusal, Request, parse
from grader.replay.script import Answer, Headers, Whole
from grader.replay.server import CLAIMS, Claims, ReplayServer, harmless
from grader.replay.wire import Marks, envelope, to_json
from grader.run.session import RunFault
from grader.screen import Screen
from grader.trace import (
    COUNT_TOKENS,
    MESSAGES,
    AnswerSent,
    Json,
    RequestReceived,
)

LONGEST_KEPT = 500
_FORWARDED = ("content-type", "accept", "user-agent", "anthropic-version", "anthropic-beta")
_FAILED_MAY_RETRY = frozenset({408, 409, 429, 500, 502, 503, 504, 529})


class UpstreamFault(RunFault):
    """The real API could not be asked; nothing is judged."""


@dataclass
class Account:
    """What live runs share: the API, the key, the purse, and what retries were told."""

    upstream: Upstream
    key: str
    purse: Purse
    told: dict[int, Mapping[str, str]] = field(default_factory=dict)  # headers of failed answers, by exchange

    def serve(self, recorder: Recorder, gate: Gate, screen: Screen, claims: Claims | None) -> ReplayServer:
        """Make the server of one run."""
        return LiveServer(self, recorder, gate, screen, claims)


@dataclass(frozen=True)
class _LiveTurn:
    exchange: int
    request: Arrived
    body: Json
    last: bool = False


class LiveServer(ReplayServer):
    """Answers the requests of one run with what the real API answers."""

    def __init__(
        self, account: Account, recorder: Recorder, gate: Gate, screen: Screen, claims: Claims | None = None
    ) -> None:
        super().__init__(_NoScript(), recorder, gate, screen, claims)  # type: ignore[arg-type]  # nothing is answered by a script
        self._account = account

    def arrived(self, connection: Connection, request: Arrived) -> Any:
        if request.body is None or (request.path == CLAIMS and self._claims is not None):
            return super().arrived(connection, request)
        value, _ = parse(request.body)
        self._requests += 1
        self._recorder.record(
            RequestReceived,
            exchange=self._requests,
            connection=connection.number,
            method=request.method,
            path=request.path[:LONGEST_KEPT],
            headers=harmless(request.headers),
            body=value,
            repeats=self._tries.begin(self._requests, request),
        )
        return _LiveTurn(self._requests, request, value)

    async def answer(self, connection: Connection, turn: Any) -> None:
        if not isinstance(turn, _LiveTurn):
            await super().answer(connection, turn)
            return
        try:
            await self._forward(connection, turn)
        except NotPaidFor as fault:
            self._refuse(connection, turn, 403, "permission_error", str(fault))
            self.failed(fault)
        except UpstreamError as error:
            if connection.gone:
                raise ClientGoneError from None
            self._refuse(connection, turn, 502, "api_error", str(error))
            self.failed(UpstreamFault(f"{error} Try again."))
        await connection.drained()

    # ------------------------------------------------------------ one request

    async def _forward(self, connection: Connection, turn: _LiveTurn) -> None:
        body = turn.body if isinstance(turn.body, dict) else {}
        model = str(body.get("model", ""))
        reserved: Decimal | None = None
        if turn.request.method == "POST" and turn.request.path == MESSAGES and body:
            reserved = await self._reserve(turn, body)
        used: tuple[int, int] | None = None  # not known: then all that was reserved counts as spent
        try:
            path, sent = turn.request.path, turn.request.body or b""
            async with self._account.upstream.ask(turn.request.method, path, self._headers(turn), sent) as reply:
                if reply.status == 200 and reply.headers.get("content-type", "").startswith("text/event-stream"):
                    used = await self._stream(connection, turn, reply)
                else:
                    used = await self._whole(connection, turn, reply)
        finally:
            if reserved is not None:
                self._account.purse.settle(reserved, model, used)

    def _headers(self, turn: _LiveTurn) -> list[tuple[str, str]]:
        given = turn.request.headers
        kept = [(name, given[name]) for name in _FORWARDED if name in given]
        if "authorization" in given and "x-api-key" not in given:
            return [*kept, ("authorization", f"Bearer {self._account.key}")]
        return [*kept, ("x-api-key", self._account.key)]

    async def _reserve(self, turn: _LiveTurn, body: dict[str, Any]) -> Decimal | None:
        """Count a request before it is sent, and reserve what it can cost; a request that must fail costs nothing."""
        limit = body.get("max_tokens")
        if not isinstance(limit, int) or not isinstance(body.get("model"), str):
            return None  # the API refuses it
        asked = {"model": body["model"], **{name: body[name] for name in countable(body)}}
        headers = self._headers(turn)
        async with self._account.upstream.ask("POST", COUNT_TOKENS, headers, to_json(asked)) as reply:
            answer, _ = parse(await reply.whole())
        tokens = answer.get("input_tokens") if reply.status == 200 and isinstance(answer, dict) else None
        if not isinstance(tokens, int):
            tokens = len(turn.request.body or b"")  # more than a token a byte it never is
        return await self._account.purse.take(body["model"], tokens, limit)

    async def _whole(self, connection: Connection, turn: _LiveTurn, reply: Reply) -> tuple[int, int]:
        data = await reply.whole()
        value, _ = parse(data)
        if turn.request.path == COUNT_TOKENS and reply.status == 200:
            await connection.unless_gone(self._gate.program_waits())
        if reply.status != 200:
            self._account.told[turn.exchange] = dict(reply.headers)
        head_only = turn.request.method == "HEAD"
        connection.send_whole(reply.status, returned(reply), data, head_only=head_only)
        self._recorder.record(AnswerSent, exchange=turn.exchange, status=reply.status, body=value)
        self._tries.end(turn.exchange, failed=reply.status in _FAILED_MAY_RETRY)
        return tokens_of(value.get("usage") if isinstance(value, dict) else None)

    async def _stream(self, connection: Connection, turn: _LiveTurn, reply: Reply) -> tuple[int, int] | None:
        passage = Passage(connection, turn.exchange, self._recorder, self._gate, self._screen)
        buffer = b""
        try:
            async for part in reply.parts:
                buffer = (buffer + part).replace(b"\r\n", b"\n")
                *events, buffer = buffer.split(b"\n\n")
                for event in events:
                    await passage.pass_on(event + b"\n\n", reply)
                    if passage.how != "killed":
                        break
            passage.close()
        except UpstreamError:
            passage.close()
        except ClientGoneError:
            passage.how = "gone"
            raise
        finally:
            passage.record_end()
            self._tries.end(turn.exchange, failed=passage.how in ("cut", "error"))
        return passage.used

    def _refuse(self, connection: Connection, turn: _LiveTurn, status: int, kind: str, message: str) -> None:
        body = envelope(kind, message, "req_none")
        headers = [(b"content-type", b"application/json"), (b"x-should-retry", b"false")]
        connection.send_whole(status, headers, to_json(body))
        self._recorder.record(AnswerSent, exchange=turn.exchange, status=status, body=body)
        self._tries.end(turn.exchange, failed=False)


class _NoScript:
    """Stands in the script's place: refuses what cannot be forwarded, and answers nothing."""

    bounds = ONE_RUN

    def answer(self, request: Request) -> Answer:
        raise AssertionError("a live server has no script")

    def refuse(self, status: int, message: str) -> Whole:
        refusal = Refusal(status, "invalid_request_error", message)
        marks = Marks("req_none", "msg_none", "", "", "", "", 0)
        headers: Headers = refusal.headers
        body = envelope(refusal.type, message, marks.request_id)
        return Whole(status=status, body=body, marks=marks, kind="error", headers=headers)
