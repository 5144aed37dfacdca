"""Requests and their answers, joined from a run's events: what most checks look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from grader.trace.events import (
    AnswerSent,
    AnyEvent,
    Event,
    GatePassed,
    Json,
    PieceSent,
    RequestReceived,
    StreamEnded,
    StreamStarted,
)

MESSAGES = "/v1/messages"
COUNT_TOKENS = "/v1/messages/count_tokens"


@dataclass(frozen=True)
class Usage:
    """Tokens billed for one answer, as its `usage` says; tokens read from a cache are not among them."""

    input_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class Exchange:
    """One request, all its repeats after failures, and the answer in the end. A view on a trace.

    `request` is the first try and `attempts` are all of them; `answer` is a whole answer, `stream` the head of a
    streamed one, with its `pieces`, the `gates` between them, and how it `ended`. Without both it was not answered.
    """

    request: RequestReceived
    attempts: tuple[RequestReceived, ...]
    answer: AnswerSent | None = None
    stream: StreamStarted | None = None
    pieces: tuple[PieceSent, ...] = ()
    gates: tuple[GatePassed, ...] = ()
    ended: StreamEnded | None = None

    @property
    def number(self) -> int:
        """The number by which its events are joined, from 1 in order of arrival."""
        return self.request.exchange

    @property
    def is_message(self) -> bool:
        """Whether it is a `POST /v1/messages`, streamed or not."""
        return self.request.method == "POST" and self.request.path == MESSAGES

    @property
    def is_count(self) -> bool:
        """Whether it is a `POST /v1/messages/count_tokens`."""
        return self.request.method == "POST" and self.request.path == COUNT_TOKENS

    @property
    def wants_stream(self) -> bool:
        """Whether the request says `"stream": true`."""
        return isinstance(self.request.body, dict) and self.request.body.get("stream") is True

    @property
    def status(self) -> int | None:
        """The HTTP status of the answer, None where none was sent."""
        if self.stream is not None:
            return 200
        return None if self.answer is None else self.answer.status

    @property
    def succeeded(self) -> bool:
        """Whether it was answered with status 200 in the end; a stream succeeds when it begins."""
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
        """The limit that the request names, in tokens; None where it names none."""
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
        """Why the answer ended, in the API's words (`end_turn`, `max_tokens`, …); None where it does not say."""
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


_PLACES: dict[type[Event], str] = {
    AnswerSent: "answer",
    StreamStarted: "stream",
    StreamEnded: "ended",
    PieceSent: "pieces",
    GatePassed: "gates",
}
_SEVERAL = frozenset({"pieces", "gates"})


def joined(events: Iterable[AnyEvent]) -> Iterator[Exchange]:
    """Join requests, in order of arrival, with their answers; repeats after a failure belong to the first try."""
    tries: dict[int, list[RequestReceived]] = {}
    first: dict[int, int] = {}
    last: dict[int, dict[str, Any]] = {}
    for event in events:
        if isinstance(event, RequestReceived):
            root = event.exchange if event.repeats is None else first.get(event.repeats, event.exchange)
            first[event.exchange] = root
            tries.setdefault(root, []).append(event)
            last[root] = {"pieces": [], "gates": []}
        elif (place := _PLACES.get(type(event))) is not None:
            number: int = event.exchange  # type: ignore[union-attr]  # the kinds of _PLACES have one
            root = first[number]
            if tries[root][-1].exchange != number:
                continue  # a late word about a try that was given up
            if place in _SEVERAL:
                last[root][place].append(event)
            else:
                last[root][place] = event
    for root, requests in tries.items():
        found = last[root]
        found["pieces"], found["gates"] = tuple(found["pieces"]), tuple(found["gates"])
        yield Exchange(requests[0], tuple(requests), **found)
