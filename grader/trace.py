"""The trace: everything observable of one run, in one order. Values only; reads and writes JSON lines.

An event says what happened and nothing about whether it was right. `seq` orders all events of a run
totally (one event loop writes them); `at_s` is there to be drawn and is never judged.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, ClassVar, Literal

SCHEMA = "grade/trace/1"

Json = Any  # whatever json.loads returns

MESSAGES = "/v1/messages"
COUNT_TOKENS = "/v1/messages/count_tokens"


class TraceError(ValueError):
    """A trace file cannot be read; the text says where and why."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened: `seq` counts from 0, `at_s` is seconds since the program started."""

    seq: int
    at_s: float


@dataclass(frozen=True, kw_only=True)
class RequestReceived(Event):
    """A request arrived whole; `exchange` numbers it and joins it with its answer.

    `repeats` is the exchange that this request tries again after a failure, None for a first try.
    `body` is the parsed JSON, None where there is none or it does not parse.
    """

    exchange: int
    connection: int
    method: str
    path: str
    headers: Mapping[str, str]
    body: Json
    repeats: int | None = None


@dataclass(frozen=True, kw_only=True)
class AnswerSent(Event):
    """A whole answer (not a stream) left the server; `estimated` marks a count made by the estimate."""

    exchange: int
    status: int
    body: Json
    estimated: bool = False


@dataclass(frozen=True, kw_only=True)
class StreamStarted(Event):
    """The head of a streamed answer left, with `message` as in `message_start`."""

    exchange: int
    message: Json


@dataclass(frozen=True, kw_only=True)
class PieceSent(Event):
    """One `text_delta` left the server."""

    exchange: int
    index: int
    text: str


@dataclass(frozen=True, kw_only=True)
class GatePassed(Event):
    """The server stopped waiting for piece `index`: why it did."""

    exchange: int
    index: int
    because: Literal["shown", "waiting", "deadline", "gone"]


@dataclass(frozen=True, kw_only=True)
class StreamEnded(Event):
    """A streamed answer is over; `unsent` are the pieces that never left.

    `how`: complete; gone (the client closed it); cut (a planned cut); error (a planned error event);
    killed (the run ended first). `usage` and `stop_reason` are those of the `message_delta`, sent or not.
    """

    exchange: int
    how: Literal["complete", "gone", "cut", "error", "killed"]
    unsent: tuple[str, ...]
    usage: Json
    stop_reason: str | None


@dataclass(frozen=True, kw_only=True)
class OutputWritten(Event):
    """Bytes came out of the program's standard output or standard error."""

    stream: Literal["stdout", "stderr"]
    data: bytes


@dataclass(frozen=True, kw_only=True)
class NamesRead(Event):
    """The probe imported the module: the constants it found there, and what the import raised."""

    names: Mapping[str, Json]
    functions: tuple[str, ...]
    raised: str | None = None
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class ValueReturned(Event):
    """A function of the module returned (or raised); `value` is a claim, see `Claim`."""

    function: str
    args: tuple[Json, ...]
    value: Mapping[str, Json]
    of: int | None = None  # the earlier call whose returned object was the argument


@dataclass(frozen=True, kw_only=True)
class ProcessExited(Event):
    """The program is over. `because` says who ended it: itself, or a limit of the run (`time`: of `limit_s`)."""

    status: int | None
    signal: int | None
    because: Literal["itself", "time", "output", "memory", "grader"]
    limit_s: float | None = None


AnyEvent = (
    RequestReceived
    | AnswerSent
    | StreamStarted
    | PieceSent
    | GatePassed
    | StreamEnded
    | OutputWritten
    | NamesRead
    | ValueReturned
    | ProcessExited
)

_EVENTS: dict[str, type[Event]] = {
    kind.__name__: kind
    for kind in (
        RequestReceived,
        AnswerSent,
        StreamStarted,
        PieceSent,
        GatePassed,
        StreamEnded,
        OutputWritten,
        NamesRead,
        ValueReturned,
        ProcessExited,
    )
}


@dataclass(frozen=True)
class Usage:
    """Tokens billed for one answer."""

    input_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class Exchange:
    """One request, all its repeats after failures, and the answer in the end. A view on a trace."""

    request: RequestReceived
    attempts: tuple[RequestReceived, ...]
    answer: AnswerSent | None = None
    stream: StreamStarted | None = None
    pieces: tuple[PieceSent, ...] = ()
    gates: tuple[GatePassed, ...] = ()
    ended: StreamEnded | None = None

    @property
    def number(self) -> int:
        return self.request.exchange

    @property
    def is_message(self) -> bool:
        return self.request.method == "POST" and self.request.path == MESSAGES

    @property
    def is_count(self) -> bool:
        return self.request.method == "POST" and self.request.path == COUNT_TOKENS

    @property
    def wants_stream(self) -> bool:
        return isinstance(self.request.body, dict) and self.request.body.get("stream") is True

    @property
    def status(self) -> int | None:
        """The HTTP status of the answer, None where none was sent."""
        if self.stream is not None:
            return 200
        return None if self.answer is None else self.answer.status

    @property
    def succeeded(self) -> bool:
        return self.status == 200

    @property
    def answered_seq(self) -> int | None:
        """The event with which the answer left (or, for a stream, began)."""
        if self.stream is not None:
            return self.stream.seq
        return None if self.answer is None else self.answer.seq

    @property
    def model(self) -> str:
        """The model that the request names, '' where it names none."""
        body = self.request.body
        name = body.get("model") if isinstance(body, dict) else None
        return name if isinstance(name, str) else ""

    @property
    def max_tokens(self) -> int | None:
        body = self.request.body
        limit = body.get("max_tokens") if isinstance(body, dict) else None
        return limit if isinstance(limit, int) and not isinstance(limit, bool) else None

    @property
    def counted_tokens(self) -> int | None:
        """What a successful count_tokens answered."""
        if not (self.is_count and self.succeeded and self.answer is not None):
            return None
        count = self.answer.body.get("input_tokens")
        return count if isinstance(count, int) else None

    @cached_property
    def usage(self) -> Usage | None:
        """The usage of a successful message; of a stream, the final one (planned, where it was cut short)."""
        if self.stream is not None:
            return _usage(self.stream.message.get("usage"), None if self.ended is None else self.ended.usage)
        if self.is_message and self.succeeded and self.answer is not None:
            return _usage(self.answer.body.get("usage"), None)
        return None

    @cached_property
    def start_usage(self) -> Usage | None:
        """The usage that `message_start` of a stream carried."""
        return None if self.stream is None else _usage(self.stream.message.get("usage"), None)

    @property
    def stop_reason(self) -> str | None:
        if self.stream is not None:
            return None if self.ended is None else self.ended.stop_reason
        if self.answer is not None and isinstance(self.answer.body, dict):
            reason = self.answer.body.get("stop_reason")
            return reason if isinstance(reason, str) else None
        return None

    @cached_property
    def all_pieces(self) -> tuple[str, ...]:
        """The texts of all pieces of a streamed answer, also of those that never left."""
        return tuple(piece.text for piece in self.pieces) + (() if self.ended is None else self.ended.unsent)

    @cached_property
    def text(self) -> str:
        """The answer's text; of a stream the whole, sent or not."""
        if self.stream is not None:
            return "".join(self.all_pieces)
        if self.answer is None or not isinstance(self.answer.body, dict):
            return ""
        blocks = self.answer.body.get("content") or ()
        return "".join(block.get("text", "") for block in blocks if block.get("type") == "text")


def _usage(first: Json, final: Json) -> Usage | None:
    merged = {**(first or {}), **{k: v for k, v in (final or {}).items() if v is not None}}
    counts = merged.get("input_tokens"), merged.get("output_tokens")
    if isinstance(counts[0], int) and isinstance(counts[1], int):
        return Usage(counts[0], counts[1])
    return None


@dataclass(frozen=True, kw_only=True)
class Trace:
    """One run of one exercise under one scenario.

    `scenario` is the scenario's name, or 'functions' for the run in which the functions were called.
    `files` are the submission's Python sources by name (bytes undecodable as UTF-8 are kept by surrogates).
    """

    FUNCTIONS: ClassVar[str] = "functions"

    exercise: str
    scenario: str
    seed: int
    files: Mapping[str, str] = field(default_factory=dict)
    sandbox: str = "none"
    python: str = ""
    sdk: str = ""
    events: tuple[AnyEvent, ...] = ()

    @cached_property
    def stdout(self) -> bytes:
        return b"".join(self._output("stdout"))

    @cached_property
    def stderr(self) -> bytes:
        return b"".join(self._output("stderr"))

    @property
    def source(self) -> str:
        """The exercise's own file."""
        return self.files.get(f"{self.exercise}.py", "")

    @cached_property
    def exit(self) -> ProcessExited | None:
        return next((event for event in self.events if isinstance(event, ProcessExited)), None)

    @cached_property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The exchanges in order of arrival; repeats after a failure are folded into the first try."""
        return tuple(_exchanges(self.events))

    @cached_property
    def messages(self) -> tuple[Exchange, ...]:
        """Every message request, answered or not."""
        return tuple(exchange for exchange in self.exchanges if exchange.is_message)

    @cached_property
    def counts(self) -> tuple[Exchange, ...]:
        """Every count_tokens request, answered or not."""
        return tuple(exchange for exchange in self.exchanges if exchange.is_count)

    def _output(self, stream: str) -> Iterator[bytes]:
        return (e.data for e in self.events if isinstance(e, OutputWritten) and e.stream == stream)


def _exchanges(events: Iterable[AnyEvent]) -> Iterator[Exchange]:
    tries: dict[int, list[RequestReceived]] = {}
    first: dict[int, int] = {}
    last: dict[int, dict[str, Any]] = {}
    for event in events:
        if isinstance(event, RequestReceived):
            root = event.exchange if event.repeats is None else first.get(event.repeats, event.exchange)
            first[event.exchange] = root
            tries.setdefault(root, []).append(event)
            last[root] = {"pieces": [], "gates": []}
        elif isinstance(event, AnswerSent | StreamStarted | StreamEnded | PieceSent | GatePassed):
            root = first[event.exchange]
            if tries[root][-1].exchange != event.exchange:
                continue  # a late word about a try that was given up
            match event:
                case AnswerSent():
                    last[root]["answer"] = event
                case StreamStarted():
                    last[root]["stream"] = event
                case StreamEnded():
                    last[root]["ended"] = event
                case PieceSent():
                    last[root]["pieces"].append(event)
                case _:
                    last[root]["gates"].append(event)
    for root, requests in tries.items():
        found = last[root]
        found["pieces"], found["gates"] = tuple(found["pieces"]), tuple(found["gates"])
        yield Exchange(requests[0], tuple(requests), **found)


# ---------------------------------------------------------------- the file format


def dump(trace: Trace) -> str:
    """Write a trace as JSON lines: a header, then an event a line."""
    header = {
        "schema": SCHEMA,
        "exercise": trace.exercise,
        "scenario": trace.scenario,
        "seed": trace.seed,
        "files": dict(trace.files),
        "sandbox": trace.sandbox,
        "python": trace.python,
        "sdk": trace.sdk,
    }
    lines = [json.dumps(header)]
    lines += [json.dumps(_event_json(event)) for event in trace.events]
    return "\n".join(lines) + "\n"


def load(text: str) -> Trace:
    """Read a trace back; raise TraceError for another schema, an unknown event or a torn line."""
    lines = text.splitlines()
    header = _line(lines[0] if lines else "", 1)
    if header.get("schema") != SCHEMA:
        raise TraceError(f"This is no {SCHEMA} file: its schema is {header.get('schema')!r}.")
    try:
        return Trace(
            exercise=header["exercise"],
            scenario=header["scenario"],
            seed=header["seed"],
            files=header["files"],
            sandbox=header["sandbox"],
            python=header["python"],
            sdk=header["sdk"],
            events=tuple(_event(_line(line, number), number) for number, line in enumerate(lines[1:], 2)),
        )
    except KeyError as missing:
        raise TraceError(f"Line 1: the header lacks {missing}.") from None


def _line(text: str, number: int) -> dict[str, Any]:
    try:
        parsed = json.loads(text)
    except ValueError:
        raise TraceError(f"Line {number} is not JSON; the file may be torn.") from None
    if not isinstance(parsed, dict):
        raise TraceError(f"Line {number} is not an object.")
    return parsed


def _event_json(event: AnyEvent) -> dict[str, Any]:
    line: dict[str, Any] = {"event": type(event).__name__}
    for each in fields(event):
        value = getattr(event, each.name)
        line[each.name] = _bytes_json(value) if isinstance(value, bytes) else value
    return line


def _event(line: dict[str, Any], number: int) -> AnyEvent:
    kind = _EVENTS.get(str(line.pop("event", None)))
    if kind is None:
        raise TraceError(f"Line {number} holds an event that this version does not know.")
    if isinstance(line.get("data"), str | dict):
        line["data"] = _bytes(line["data"])
    for name in ("unsent", "functions", "args"):
        if isinstance(line.get(name), list):
            line[name] = tuple(line[name])
    try:
        return kind(**line)  # type: ignore[return-value]  # _EVENTS holds the members of AnyEvent
    except TypeError:
        raise TraceError(f"Line {number}: a {kind.__name__} has other fields.") from None


def _bytes_json(data: bytes) -> Json:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def _bytes(value: Json) -> bytes:
    return value.encode() if isinstance(value, str) else base64.b64decode(value["base64"])
