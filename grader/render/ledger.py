"""The request ledger: every request of a run in order, what it asked and what was answered. Reads traces only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.fixtures.content import COUNTABLE, Content, countable
from grader.render.excerpt import Room, cut
from grader.render.values import alike
from grader.trace import Exchange, Json, StreamEnded, Trace

_PREVIEW = 70  # characters

_ENDS = {
    "complete": "sent whole",
    "gone": "closed by the program before its end",
    "cut": "cut off, as this scenario plans",
    "error": "ended by an error, as this scenario plans",
    "killed": "still open when the run ended",
}


@dataclass(frozen=True)
class Field:
    """One field of a request. Where it differs from what was counted, `text` is what differs, between what is alike."""

    name: str
    text: str
    differs: bool = False
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Row:
    """One request and its answer. `counted_by` and `counts_for` are the rows of the same content."""

    number: int
    exchange: int
    kind: str
    endpoint: str
    fields: tuple[Field, ...]
    answer: str
    detail: str
    ok: bool
    tries: int
    content: str
    counted_by: tuple[int, ...] = ()
    counts_for: tuple[int, ...] = ()
    note: str = ""

    @property
    def preview(self) -> str:
        """How the content of the request begins."""
        text = " ".join(self.content[:400].split())
        more = len(text) > _PREVIEW or len(self.content) > 400
        return f"“{text[:_PREVIEW]}{' …' if more else ''}”, {len(self.content):,} characters" if text else ""


@dataclass(frozen=True)
class Ledger:
    """The rows that are shown, and how many more there are."""

    rows: tuple[Row, ...]
    left_out: int


def ledger(trace: Trace, room: Room) -> Ledger:
    """Read a run's requests in order of arrival."""
    exchanges = trace.exchanges
    if len(exchanges) > room.requests:
        half = room.requests // 2
        shown: Sequence[Exchange] = exchanges[:half] + exchanges[-half:]
    else:
        shown = exchanges
    numbers = {exchange.number: place for place, exchange in enumerate(exchanges, 1)}
    return Ledger(tuple(_row(each, numbers, trace, room) for each in shown), len(exchanges) - len(shown))


def _row(exchange: Exchange, numbers: dict[int, int], trace: Trace, room: Room) -> Row:
    counted_by, counts_for, near = _joined(exchange, trace)
    answer, detail = _answer(exchange)
    return Row(
        number=numbers[exchange.number],
        exchange=exchange.number,
        kind=_kind(exchange),
        endpoint=cut(f"{exchange.request.method} {exchange.request.path}", 200),
        fields=tuple(_fields(exchange, near, room)),
        answer=cut(answer, 400),
        detail=cut(detail, room.request_characters),
        ok=exchange.succeeded,
        tries=len(exchange.attempts),
        content=_content(exchange),
        counted_by=tuple(numbers[e.number] for e in counted_by),
        counts_for=tuple(numbers[e.number] for e in counts_for),
        note=_note(exchange, counted_by, near, numbers),
    )


def _content(exchange: Exchange) -> str:
    return Content.of(exchange.request.body).text if exchange.is_message or exchange.is_count else ""


def _kind(exchange: Exchange) -> str:
    if exchange.is_count:
        return "counted"
    if exchange.is_message:
        return "streamed" if exchange.wants_stream else "sent"
    return "other"


def _joined(exchange: Exchange, trace: Trace) -> tuple[list[Exchange], list[Exchange], Exchange | None]:
    """The counts of a message's content, the messages of a count's, and the nearest count that differs."""
    if exchange.is_message:
        counts = [e for e in trace.counts if e.counted_tokens is not None]
        same = [e for e in counts if _same(e, exchange) and (e.answered_seq or 0) < exchange.request.seq]
        before = [e for e in counts if e.request.seq < exchange.request.seq] or counts
        near = max(before, key=lambda e: _likeness(e, exchange), default=None)
        return same, [], None if same else near
    if exchange.is_count:
        sent = [e for e in trace.messages if _same(exchange, e) and (exchange.answered_seq or 0) < e.request.seq]
        return [], sent, None
    return [], [], None


def _same(count: Exchange, message: Exchange) -> bool:
    return count.model == message.model and countable(count.request.body) == countable(message.request.body)


def _likeness(count: Exchange, message: Exchange) -> tuple[int, int]:
    one, other = countable(count.request.body), countable(message.request.body)
    alike = sum(one.get(name) == other.get(name) for name in COUNTABLE) + (count.model == message.model)
    return alike, count.request.seq


def _note(exchange: Exchange, counted_by: Sequence[Exchange], near: Exchange | None, numbers: dict[int, int]) -> str:
    if near is None or counted_by:
        return ""
    differences = _differences(near, exchange)
    place = numbers[near.number]
    if not differences:
        return f"The same content and model were counted by request {place}, but not before this was sent."
    return f"Not what request {place} counted. Different: {', '.join(differences)}."


def _differences(count: Exchange, message: Exchange) -> list[str]:
    one, other = countable(count.request.body), countable(message.request.body)
    names = ["model"] if count.model != message.model else []
    return names + [name for name in COUNTABLE if one.get(name) != other.get(name)]


def _fields(exchange: Exchange, near: Exchange | None, room: Room) -> Iterator[Field]:
    body = exchange.request.body
    if not isinstance(body, dict):
        if body is not None:
            yield Field("body", cut(_json(body), room.request_characters))
        return
    differing = set(_differences(near, exchange)) if near is not None else set()
    names = [*_FIRST, *(name for name in body if name not in _FIRST)]
    for name in names[: room.fields]:
        if name in body:
            text = _value(name, body)
            if name in differing and near is not None:
                yield _differing(str(name), text, _value(name, near.request.body), room.request_characters)
            else:
                yield Field(cut(str(name), 80), cut(text, room.request_characters))
        elif name in differing:
            yield Field(str(name), "(left out)", differs=True)
    if len(names) > room.fields:
        yield Field("…", f"[… {len(names) - room.fields:,} fields left out …]")


def _differing(name: str, text: str, counted: str, longest: int) -> Field:
    """Part a text into what both requests have, and what only this one has."""
    before = alike(text, counted)
    after = min(alike(text[::-1], counted[::-1]), min(len(text), len(counted)) - before)
    before = text.rfind(" ", 0, before) + 1  # whole words, where there are words
    end = len(text) - after
    end = end if end in (before, len(text)) else (text.find(" ", end) if " " in text[end:] else len(text))
    third = longest // 3
    return Field(name, cut(text[before:end], third), True, cut(text[:before], third), cut(text[end:], third))


def _value(name: str, body: Json) -> str:
    value = body.get(name, "") if isinstance(body, dict) else ""
    return _messages(value) if name == "messages" else _text(value)


_FIRST = ("model", "max_tokens", "stream", "system", "messages")


def _messages(messages: Json) -> str:
    if not isinstance(messages, list):
        return _json(messages)
    return "\n".join(
        f"{each.get('role')}: {_text(each.get('content'))}" if isinstance(each, dict) else _json(each)
        for each in messages
    )


def _text(value: Json) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(isinstance(b, dict) and b.get("type") == "text" for b in value):
        return "".join(str(block.get("text", "")) for block in value)
    return _json(value)


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _answer(exchange: Exchange) -> tuple[str, str]:
    """What came back, in a few words, and its text."""
    if exchange.stream is not None:
        return _streamed(exchange, exchange.ended)
    if exchange.answer is None:
        return "no answer", "The run ended, or the program closed the connection, before an answer left."
    if not exchange.succeeded:
        error = exchange.answer.body.get("error") if isinstance(exchange.answer.body, dict) else None
        words = f"{error.get('type')}: {error.get('message')}" if isinstance(error, dict) else ""
        return f"refused with status {exchange.answer.status}", words
    if exchange.counted_tokens is not None:
        estimate = ", an estimate for a text that is not recorded" if exchange.answer.estimated else ""
        return f"{exchange.counted_tokens:,} input tokens{estimate}", ""
    usage = exchange.usage
    if usage is None:
        return f"status {exchange.answer.status}", ""
    words = f"{usage.input_tokens:,} tokens in, {usage.output_tokens:,} out, stop reason {exchange.stop_reason}"
    return words, exchange.text


def _streamed(exchange: Exchange, ended: StreamEnded | None) -> tuple[str, str]:
    usage = exchange.usage
    how = _ENDS[ended.how] if ended is not None else "not ended"
    pieces = f"{len(exchange.pieces):,} of {len(exchange.all_pieces):,} pieces, {how}"
    if usage is None:
        return pieces, exchange.text
    tokens = f"{usage.input_tokens:,} tokens in, {usage.output_tokens:,} out, stop reason {exchange.stop_reason}"
    return f"{pieces}; {tokens}", exchange.text
