"""What can happen in a run, one frozen class a kind. Values only; an event never says whether it was right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Json = Any  # whatever json.loads returns


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened: `seq` counts from 0, `at_s` is seconds since the program started."""

    seq: int
    at_s: float


@dataclass(frozen=True, kw_only=True)
class RequestReceived(Event):
    """A request arrived whole; `exchange` numbers it, from 1, and joins it with its answer.

    `path` has no query; `headers` are those that say how the request was made (names in lower case, never a key).
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
    """The head of a streamed answer left, with `message` as in `message_start`.

    Its `usage` has the right input tokens, and a few output tokens that are not the final count.
    """

    exchange: int
    message: Json


@dataclass(frozen=True, kw_only=True)
class PieceSent(Event):
    """One `text_delta` left the server: the text of piece `index`, from 0; cuts may be inside a word."""

    exchange: int
    index: int
    text: str


@dataclass(frozen=True, kw_only=True)
class GatePassed(Event):
    """The server stopped waiting for piece `index` to be shown, and why.

    `shown`: its letters are on standard output; `waiting`: the program can only wait for the next piece; `deadline`:
    the system could not say that in time; `gone`: the client has closed the stream.
    """

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
    """Bytes came out of the program's standard output or standard error, cut wherever the pipe was read."""

    stream: Literal["stdout", "stderr"]
    data: bytes


@dataclass(frozen=True, kw_only=True)
class NamesRead(Event):
    """The probe imported the module: the constants it found there (as claims), and the names of its functions.

    `raised` is what the import raised ("NameError: …"), at `line` of the exercise's file; None where it raised nothing.
    """

    names: Mapping[str, Json]
    functions: tuple[str, ...]
    raised: str | None = None
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class ValueReturned(Event):
    """A function of the module returned or raised; what it returned is a claim, not a fact.

    `value` is plain JSON: its `type` ("int", "float", "decimal", "fraction", "bool", "text", "none", "raised", "other")
    and the `value` as text. `grader/checks/claims.py` reads it.
    """

    function: str
    args: tuple[Json, ...]
    value: Mapping[str, Json]
    of: int | None = None  # the earlier call whose returned object was the argument


@dataclass(frozen=True, kw_only=True)
class ProcessExited(Event):
    """The program is over. `because` says who ended it: itself, or a limit of the run (`time`: of `limit_s`).

    `status` is None where a `signal` ended it. A run whose `because` is `grader` is not judged.
    """

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
