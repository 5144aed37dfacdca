"""A live run made into a fixture: its answers, their cuts, its failures and retries. Nothing that tells who asked.

Prompts, ids, headers and times are not kept. What a fixture cannot say (a tool call, an image, a status that no client
tries again) is told in one line, and nothing is written then.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from grader.author import secrets
from grader.author.cleaning import cleaned
from grader.documents import DocumentError
from grader.fixtures.content import Content
from grader.fixtures.form import Fixture, load_fixture
from grader.replay.models import base_name
from grader.trace import AnswerSent, Exchange, PieceSent, RequestReceived, StreamEnded, StreamStarted, Trace

_FAULTS = frozenset({403, 408, 409, 429, 500, 503, 504, 529})
_LONGEST_RETRY_MS = 200  # replays need not wait as long as the API asked


class RecordingError(ValueError):
    """A run cannot be made into a fixture; the text is one line."""


# ---------------------------------------------------------------- the fixture


@dataclass
class _Noted:
    """What is gathered of a run."""

    provenance: dict[str, Any]
    exchanges: list[dict[str, Any]] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)
    contents: set[str] = field(default_factory=set)


def fixture_text(
    trace: Trace,
    *,
    title: str,
    bank: str,
    told: Mapping[int, Mapping[str, str]] | None = None,
    day: datetime.date | None = None,
) -> str:
    """Write a run down as a fixture; raise RecordingError where that cannot be done.

    `told` are the headers of failed answers, by exchange: what a client was told of trying again.
    """
    clean = cleaned(trace)
    models = sorted({base_name(e.model) for e in clean.exchanges if e.succeeded and e.model})
    provenance = {
        "numbers": "recorded",
        "text": "recorded",
        "recorded_on": day or datetime.date.today(),
        "model": ", ".join(models) or "unknown",
    }
    noted = _Noted(provenance)
    for exchange in clean.exchanges:
        if exchange.succeeded and (exchange.is_message or exchange.is_count):
            _note(exchange, noted)
    _note_faults(clean, told or {}, noted)
    if not noted.exchanges:
        raise RecordingError("No request was answered with success, so there is nothing to record.")
    outputs = [each["body"]["usage"]["output_tokens"] for each in noted.exchanges if "usage" in each["body"]]
    if len(set(outputs)) < len(outputs):
        raise RecordingError(
            "Two answers have the same output_tokens, so one could pass for the other. Record again, or ask otherwise."
        )
    document: dict[str, Any] = {
        "title": title,
        "provenance": provenance,
        "bank": bank,
        "drawn": _drawn(clean),
        "exchanges": noted.exchanges,
    }
    if noted.faults:
        document["faults"] = noted.faults
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=110)
    if found := list(secrets.found_in(text)):
        raise RecordingError(f"{found[0][1]} is left in the recording, line {found[0][0]}. Nothing was written.")
    return f"# Recorded by `python grade.py record`. Pieces are cut as they came.\n{text}"


def _note(exchange: Exchange, noted: _Noted) -> None:
    content = Content.of(exchange.request.body).key
    known = content in noted.contents
    noted.contents.add(content)
    if exchange.is_count:
        if not known:  # the same content has the same count, and a fixture says it once
            count = {"input_tokens": exchange.counted_tokens}
            noted.exchanges.append({"request": {"path": "/v1/messages/count_tokens"}, "body": count})
        return
    used = exchange.usage
    if used is None:
        raise RecordingError(f"Request {exchange.number} was answered without usage; that is no message of this API.")
    usage = {"output_tokens": used.output_tokens}
    if not known:
        usage = {"input_tokens": used.input_tokens, **usage}
    body: dict[str, Any] = {"stop_reason": exchange.stop_reason or "end_turn", "usage": usage}
    if body["stop_reason"] not in ("end_turn", "max_tokens", "stop_sequence"):
        raise RecordingError(f"Request {exchange.number} ended with {body['stop_reason']}: fixtures hold texts alone.")
    if exchange.stream is None:
        blocks = exchange.answer.body.get("content") or [] if exchange.answer is not None else []
        others = [block.get("type") for block in blocks if block.get("type") != "text"]
        if others or not blocks:
            what = f"a block of type {others[0]}" if others else "no text"
            raise RecordingError(f"Request {exchange.number} was answered with {what}: fixtures hold texts alone.")
        body = {"content": [{"text": block["text"]} for block in blocks], **body}
        noted.exchanges.append({"request": {"path": "/v1/messages"}, "body": body})
        return
    if not exchange.pieces:
        raise RecordingError(f"The stream of request {exchange.number} had no text: fixtures hold texts alone.")
    noted.exchanges.append(_streamed(exchange, body, noted))


def _streamed(exchange: Exchange, body: dict[str, Any], noted: _Noted) -> dict[str, Any]:
    """A stream with its pieces; where it was broken off, its last count is not known and is made up, and said to be."""
    start = exchange.start_usage.output_tokens if exchange.start_usage is not None else 1
    streamed: dict[str, Any] = {"request": {"path": "/v1/messages", "stream": True}}
    how = "complete" if exchange.ended is None else exchange.ended.how
    if how == "gone":
        raise RecordingError(f"The program left the stream of request {exchange.number} early. Let it read to the end.")
    if how in ("cut", "error"):
        streamed["provenance"] = noted.provenance | {
            "numbers": "authored",
            "note": "Broken off before its final usage.",
        }
        body["usage"]["output_tokens"] = max(start + 1, len(exchange.text) // 4)
    elif start == body["usage"]["output_tokens"]:
        raise RecordingError(
            f"The stream of request {exchange.number} has {start} output tokens at its start and at its end, so one "
            "could pass for the other. Record a longer answer."
        )
    return streamed | {"body": body, "start_output_tokens": start, "pieces": [p.text for p in exchange.pieces]}


def _drawn(trace: Trace) -> dict[str, Any]:
    """How long drawn answers are: about as long as the recorded ones."""
    answered = [exchange for exchange in trace.messages if exchange.succeeded]
    bounds = {}
    for kind, streamed in (("plain", False), ("streamed", True)):
        alike = [e.text for e in answered if (e.stream is not None) == streamed] or [e.text for e in answered] or [""]
        low, high = max(60, min(map(len, alike)) * 4 // 5), max(200, max(map(len, alike)) * 6 // 5)
        paragraphs = max(text.count("\n\n") + 1 for text in alike)
        bounds[kind] = {"characters": [low, high], "paragraphs": paragraphs}
    return bounds


# ---------------------------------------------------------------- failures


def _note_faults(trace: Trace, told: Mapping[int, Mapping[str, str]], noted: _Noted) -> None:
    """Plan every failure again: after as many requests of its kind as came before it, as often as it came in a row."""
    for kind in ("messages", "count_tokens"):
        _note_refusals(trace, kind, told, noted)
    begun = 0
    for event in trace.events:
        if isinstance(event, StreamStarted):
            begun += 1
        elif isinstance(event, StreamEnded) and event.how in ("cut", "error"):
            sent = sum(isinstance(e, PieceSent) and e.exchange == event.exchange for e in trace.events)
            way = "cut_after_piece" if event.how == "cut" else "error_after_piece"
            noted.faults.append({"on": "stream", "after": begun - 1, "times": 1, way: sent})


def _note_refusals(trace: Trace, kind: str, told: Mapping[int, Mapping[str, str]], noted: _Noted) -> None:
    path = "/v1/messages" if kind == "messages" else "/v1/messages/count_tokens"
    wanted = {
        e.exchange for e in trace.events if isinstance(e, RequestReceived) and (e.method, e.path) == ("POST", path)
    }
    status = {e.exchange: e.status for e in trace.events if isinstance(e, AnswerSent) and e.exchange in wanted}
    seen = 0  # by the fault that is being planned: what an earlier one has refused, it does not see
    last: dict[str, Any] | None = None
    for exchange in sorted(wanted):
        code = status.get(exchange, 200)
        if code == 401:
            raise RecordingError("The API refused the key. Set ANTHROPIC_API_KEY to one that is valid.")
        if code in (400, 404, 405, 413, 422):  # the replay refuses such a request by itself
            continue
        if code == 200:
            seen, last = seen + 1, None
            continue
        if code not in _FAULTS:
            raise RecordingError(f"Request {exchange} was answered with {code}, which no fixture can plan.")
        if last is not None and last["status"] == code:
            last["times"] += 1
            continue
        last = {"on": kind, "after": seen, "times": 1, "status": code, **_retry(told.get(exchange, {}))}
        noted.faults.append(last)


def _retry(headers: Mapping[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if (wait := headers.get("retry-after-ms") or _thousandfold(headers.get("retry-after"))) and wait.isdecimal():
        said["retry_after_ms"] = min(int(wait), _LONGEST_RETRY_MS)
    if headers.get("x-should-retry") in ("true", "false"):
        said["should_retry"] = headers["x-should-retry"] == "true"
    return said


def _thousandfold(seconds: str | None) -> str | None:
    return f"{seconds}000" if seconds and seconds.isdecimal() else None


def check(path: Path) -> Fixture:
    """Read a fixture that was just written; raise RecordingError where it is not in the form."""
    try:
        return load_fixture(path)
    except DocumentError as error:
        raise RecordingError(str(error)) from None
