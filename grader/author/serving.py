"""The replay server alone, for any client: a log of what it saw, natural timing, planned faults. Judges nothing.

It serves one script until it is told to stop. Nobody's screen is seen here, so no piece waits to be shown: pieces
leave at once, or at the pace of a real stream.
"""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Callable
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from grader.course import Course
from grader.fixtures import Fixture
from grader.fixtures.form import Fault
from grader.progress import Progress
from grader.replay.bounds import ONE_RUN, Bounds
from grader.replay.connection import Connection
from grader.replay.gate import Because, Gate, OpenGate
from grader.replay.recorder import Recorder
from grader.replay.script import Answer, Script, Streamed, Whole
from grader.replay.server import ReplayServer
from grader.screen import Screen
from grader.trace import AnswerSent, Event, PieceSent, RequestReceived, StreamEnded, StreamStarted

FIRST_S = 0.6  # until a model writes its first word
BETWEEN_S = (0.01, 0.09)  # from one piece of a stream to the next
TOKENS_A_SECOND = 100  # of an answer that comes as a whole: about what the pieces of a stream come to
COUNTING_S = 0.15
_KEPT_EVENTS = 10_000

E = TypeVar("E", bound=Event)
Log = Callable[[str], None]


class FaultError(ValueError):
    """A planned fault cannot be read; the text is one line."""


def fault_of(text: str) -> Fault:
    """Read a fault as a fixture's `faults` have it: `on: messages, status: 529, times: 2`."""
    try:
        value = yaml.safe_load(text if text.lstrip().startswith("{") else f"{{{text}}}")
        return Fault.model_validate(value)
    except yaml.YAMLError:
        raise FaultError(f"{text!r} is no fault. Write it as in fixtures: 'on: messages, status: 529'.") from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the fault"
        raise FaultError(
            f"{text!r}: {field}: {first['msg']}. Write it as in fixtures: 'on: messages, status: 529'."
        ) from None


class PacedGate(OpenGate):
    """Lets pieces leave about as fast as a model writes them: `pace` 1 is natural, 2 twice as fast."""

    def __init__(self, pace: float, seed: int) -> None:
        self._pace = pace
        self._draw = random.Random(seed)

    async def piece_shown(self, progress: Progress) -> Because:
        await asyncio.sleep(self._draw.uniform(*BETWEEN_S) / self._pace)
        return "deadline"


class PacedServer(ReplayServer):
    """Lets an answer begin, and a whole one come, when a model would have got so far: `pace` 1 is natural."""

    def __init__(self, script: Script, recorder: Recorder, gate: Gate, screen: Screen, pace: float) -> None:
        super().__init__(script, recorder, gate, screen)
        self._pace = pace

    async def _decided(self, connection: Connection, turn: Any) -> Answer | None:
        answer = await super()._decided(connection, turn)
        await connection.unless_gone(asyncio.sleep(thinking_s(answer) / self._pace))
        return answer


def thinking_s(answer: Answer | None) -> float:
    """How long a model takes until the first part of an answer can leave."""
    match answer:
        case Streamed():
            return FIRST_S
        case Whole(kind="message", body={"usage": {"output_tokens": int(tokens)}}):
            return FIRST_S + tokens / TOKENS_A_SECOND
        case Whole(kind="count"):
            return COUNTING_S
    return 0.0


class LoggingRecorder(Recorder):
    """Says every event that a person would want to know of, and keeps the latest ones."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log
        self._number = 0
        self._pieces = 0

    def record(self, kind: type[E], **fields: Any) -> E:
        event = super().record(kind, **fields)
        if len(self.events) > _KEPT_EVENTS:
            del self.events[: _KEPT_EVENTS // 2]
        if (line := self._line(event)) is not None:
            self._log(line)
        return event

    def _line(self, event: Event) -> str | None:
        match event:
            case RequestReceived():
                self._pieces = 0
                return f"#{event.exchange} {event.method} {event.path}{_asked(event)}"
            case AnswerSent():
                return f"#{event.exchange} {event.status}{_answered(event.body)}"
            case StreamStarted():
                return f"#{event.exchange} 200 the stream begins"
            case PieceSent():
                self._pieces = event.index + 1
                return None
            case StreamEnded():
                used = event.usage if isinstance(event.usage, dict) else {}
                counts = f"{used.get('input_tokens')} in, {used.get('output_tokens')} out, {event.stop_reason}"
                return f"#{event.exchange} the stream ends after {self._pieces} pieces ({event.how}): {counts}"
        return None


def _asked(event: RequestReceived) -> str:
    if not isinstance(event.body, dict):
        return "  (no JSON object)"
    parts = [str(event.body.get("model", "no model"))]
    if "max_tokens" in event.body:
        parts.append(f"max_tokens {event.body['max_tokens']}")
    if event.body.get("stream") is True:
        parts.append("stream")
    if event.repeats is not None:
        parts.append(f"tries #{event.repeats} again")
    agent = event.headers.get("user-agent", "")
    return f"  {', '.join(parts)}" + (f"  [{agent[:60]}]" if agent else "")


def _answered(body: object) -> str:
    if not isinstance(body, dict):
        return ""
    if isinstance(body.get("error"), dict):
        return f"  {body['error'].get('type')}: {body['error'].get('message')}"
    if isinstance(used := body.get("usage"), dict):
        return f"  {used.get('input_tokens')} in, {used.get('output_tokens')} out, {body.get('stop_reason')}"
    return f"  {body['input_tokens']} tokens" if "input_tokens" in body else ""


def script_of(
    course: Course, fixture: Fixture, *, seed: int | None, too_long: bool = False, bounds: Bounds = ONE_RUN
) -> Script:
    """Make the script of a fixture: as recorded, or with everything drawn where there is a seed."""
    return Script(
        fixture,
        seed=seed or 0,
        vary=seed is not None,
        too_long=too_long,
        prices={name: (price.input_usd, price.output_usd) for name, price in course.prices.models.items()},
        context_window_tokens=course.context_window_tokens,
        bounds=bounds,
    )


def listen(port: int) -> socket.socket:
    """Listen on loopback; port 0 takes any free one."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(64)
    except BaseException:
        listener.close()
        raise
    return listener


async def serve(script: Script, listener: socket.socket, log: Log, *, pace: float | None, seed: int = 0) -> None:
    """Serve until cancelled."""
    recorder, screen = LoggingRecorder(log), Screen()
    if pace is None:
        server = ReplayServer(script, recorder, OpenGate(), screen)
    else:
        server = PacedServer(script, recorder, PacedGate(pace, seed), screen, pace)
    await server.serve(listener)
    try:
        while server.fault is None:
            await asyncio.sleep(0.2)
    finally:
        await server.close()
