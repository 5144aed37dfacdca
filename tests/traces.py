"""Traces made by hand: a small language in which a test says what happened, event by event.

    trace = (
        TraceBuilder("exercise1")
        .message(usage=(21, 77), text="A token is …")
        .prints("input tokens: 21\\n")
        .exits()
        .trace
    )

Every method appends events and returns the builder; `seq` counts by itself. `message`, `count` and `stream` are whole
exchanges; `request`, `answer`, `begin`, `piece` and `end` are their parts, for what happens at the same time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, TypeVar

from grader.trace import (
    COUNT_TOKENS,
    MESSAGES,
    AnswerSent,
    AnyEvent,
    GatePassed,
    NamesRead,
    OutputWritten,
    PieceSent,
    ProcessExited,
    RequestReceived,
    StreamEnded,
    StreamStarted,
    Trace,
    ValueReturned,
)

MODEL = "claude-haiku-4-5"
E = TypeVar("E", bound=AnyEvent)


def claim(value: object) -> dict[str, Any]:
    """Describe a Python value as the probe does; a dict is taken for a claim already."""
    if isinstance(value, dict):
        return value
    if value is None:
        return {"type": "none", "value": None}
    if isinstance(value, bool):
        return {"type": "bool", "value": str(value)}
    if isinstance(value, int):
        return {"type": "int", "value": str(value)}
    if isinstance(value, float):
        return {"type": "float", "value": repr(value)}
    if isinstance(value, Decimal):
        return {"type": "decimal", "value": str(value)}
    if isinstance(value, Fraction):
        return {"type": "fraction", "value": f"{value.numerator}/{value.denominator}"}
    if isinstance(value, str):
        return {"type": "text", "value": value}
    return {"type": "other", "value": type(value).__name__}


def raised(text: str, line: int | None = None) -> dict[str, Any]:
    """The claim of a function that raised."""
    return {"type": "raised", "value": text, "line": line}


class TraceBuilder:
    """Builds one trace."""

    def __init__(
        self,
        exercise: str = "exercise1",
        scenario: str = "recorded",
        *,
        source: str = "",
        files: Mapping[str, str] | None = None,
        seed: int = 1,
    ) -> None:
        self._events: list[AnyEvent] = []
        self._exchanges = 0
        self._pieces: dict[int, int] = {}
        self._head = {
            "exercise": exercise,
            "scenario": scenario,
            "seed": seed,
            "files": {f"{exercise}.py": source, **(files or {})},
        }

    @property
    def trace(self) -> Trace:
        return Trace(**self._head, events=tuple(self._events))  # type: ignore[arg-type]

    @property
    def last_exchange(self) -> int:
        """The number of the newest request."""
        return self._exchanges - 1

    @property
    def last_seq(self) -> int:
        """The `seq` of the newest event."""
        return len(self._events) - 1

    def event(self, kind: type[E], **fields: Any) -> TraceBuilder:
        """Append any event; `seq` and `at_s` are filled in."""
        self._events.append(kind(seq=len(self._events), at_s=len(self._events) / 100, **fields))
        return self

    # ------------------------------------------------------------ the wire, whole exchanges

    def message(
        self,
        *,
        usage: tuple[int, int] = (21, 77),
        text: str = "A token is a piece of text.",
        stop_reason: str = "end_turn",
        answered: bool = True,
        **request: Any,
    ) -> TraceBuilder:
        """A plain message request and its answer."""
        self.request(**request)
        return self.answer(usage=usage, text=text, stop_reason=stop_reason) if answered else self

    def count(
        self, tokens: int = 21, *, answered: bool = True, estimated: bool = False, **request: Any
    ) -> TraceBuilder:
        """A counting request and its answer."""
        request.setdefault("max_tokens", None)
        self.request(path=COUNT_TOKENS, **request)
        if answered:
            self.answer(body={"input_tokens": tokens}, estimated=estimated)
        return self

    def stream(
        self,
        pieces: Iterable[str] = ("A tok", "en is a piece ", "of text."),
        *,
        usage: tuple[int, int] = (21, 77),
        start_output_tokens: int = 3,
        stop_reason: str = "end_turn",
        shown: bool = True,
        how: Literal["complete", "gone", "cut", "error", "killed"] = "complete",
        unsent: Iterable[str] = (),
        **request: Any,
    ) -> TraceBuilder:
        """A streamed message request, its pieces (each printed as it arrives, where `shown`), and its end."""
        self.request(stream=True, **request).begin(usage=(usage[0], start_output_tokens))
        for piece in pieces:
            self.piece(piece, because="shown" if shown else "waiting", shown=shown)
        return self.end(how=how, unsent=unsent, usage=usage, stop_reason=stop_reason)

    def refused(
        self, status: int = 400, message: str = "no", kind: str = "invalid_request_error", **request: Any
    ) -> TraceBuilder:
        """A message request that is answered with an error."""
        self.request(**request)
        error = {"type": "error", "error": {"type": kind, "message": message}}
        return self.answer(status=status, body=error)

    # ------------------------------------------------------------ the wire, parts of exchanges

    def request(
        self,
        *,
        content: Any = "What is a token?",
        messages: Any = None,
        model: str | None = MODEL,
        max_tokens: int | None = 300,
        path: str = MESSAGES,
        method: str = "POST",
        repeats: int | None = None,
        body: Any = ...,
        **more: Any,
    ) -> TraceBuilder:
        """A request; `content` is that of one user message, `more` are further fields of the body."""
        if body is ...:
            fields = {"model": model, "max_tokens": max_tokens} | more
            body = {name: value for name, value in fields.items() if value is not None}
            body["messages"] = messages if messages is not None else [{"role": "user", "content": content}]
        number = self._exchanges
        self._exchanges += 1
        return self.event(
            RequestReceived,
            exchange=number,
            connection=0,
            method=method,
            path=path,
            headers={},
            body=body,
            repeats=repeats,
        )

    def answer(
        self,
        exchange: int | None = None,
        *,
        status: int = 200,
        body: Any = None,
        usage: tuple[int, int] = (21, 77),
        text: str = "A token is a piece of text.",
        stop_reason: str = "end_turn",
        estimated: bool = False,
    ) -> TraceBuilder:
        """A whole answer, to the newest request unless told."""
        if body is None:
            body = {
                "type": "message",
                "content": [{"type": "text", "text": text}],
                "stop_reason": stop_reason,
                "usage": {"input_tokens": usage[0], "output_tokens": usage[1]},
            }
        number = self.last_exchange if exchange is None else exchange
        return self.event(AnswerSent, exchange=number, status=status, body=body, estimated=estimated)

    def begin(self, exchange: int | None = None, *, usage: tuple[int, int] = (21, 3)) -> TraceBuilder:
        """The head of a streamed answer."""
        number = self.last_exchange if exchange is None else exchange
        self._pieces[number] = 0
        message = {"type": "message", "usage": {"input_tokens": usage[0], "output_tokens": usage[1]}}
        return self.event(StreamStarted, exchange=number, message=message)

    def piece(
        self,
        text: str,
        exchange: int | None = None,
        *,
        because: Literal["shown", "waiting", "deadline", "gone"] | None = "shown",
        shown: bool = True,
    ) -> TraceBuilder:
        """A piece of a stream, printed where `shown`, and its gate unless `because` is None."""
        number = self.last_exchange if exchange is None else exchange
        index = self._pieces[number]
        self._pieces[number] += 1
        self.event(PieceSent, exchange=number, index=index, text=text)
        if shown:
            self.prints(text)
        return self.gate(index, number, because=because) if because else self

    def gate(
        self,
        index: int,
        exchange: int | None = None,
        *,
        because: Literal["shown", "waiting", "deadline", "gone"] = "waiting",
    ) -> TraceBuilder:
        """The server stops waiting for a piece."""
        number = self.last_exchange if exchange is None else exchange
        return self.event(GatePassed, exchange=number, index=index, because=because)

    def end(
        self,
        exchange: int | None = None,
        *,
        how: Literal["complete", "gone", "cut", "error", "killed"] = "complete",
        unsent: Iterable[str] = (),
        usage: tuple[int, int] = (21, 77),
        stop_reason: str | None = "end_turn",
    ) -> TraceBuilder:
        """The end of a stream."""
        return self.event(
            StreamEnded,
            exchange=self.last_exchange if exchange is None else exchange,
            how=how,
            unsent=tuple(unsent),
            usage={"input_tokens": usage[0], "output_tokens": usage[1]},
            stop_reason=stop_reason,
        )

    # ------------------------------------------------------------ the program

    def prints(self, text: str | bytes) -> TraceBuilder:
        """Standard output."""
        data = text.encode() if isinstance(text, str) else text
        return self.event(OutputWritten, stream="stdout", data=data)

    def complains(self, text: str | bytes) -> TraceBuilder:
        """Standard error."""
        data = text.encode() if isinstance(text, str) else text
        return self.event(OutputWritten, stream="stderr", data=data)

    def exits(
        self,
        status: int | None = 0,
        *,
        signal: int | None = None,
        because: Literal["itself", "time", "output", "memory", "grader"] = "itself",
    ) -> TraceBuilder:
        """The end of the program."""
        return self.event(ProcessExited, status=None if signal else status, signal=signal, because=because)

    # ------------------------------------------------------------ the run in which functions are called

    def names(
        self,
        *,
        functions: Iterable[str] = (),
        raised: str | None = None,
        line: int | None = None,
        **values: object,
    ) -> TraceBuilder:
        """The module was imported; `values` are its constants."""
        return self.event(
            NamesRead,
            names={name: claim(value) for name, value in values.items()},
            functions=tuple(functions),
            raised=raised,
            line=line,
        )

    def returns(self, function: str, args: Iterable[Any], value: object, *, of: int | None = None) -> TraceBuilder:
        """A function was called and returned; `value` may be a claim (see `raised`)."""
        return self.event(ValueReturned, function=function, args=tuple(args), value=claim(value), of=of)
