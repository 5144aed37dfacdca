"""What may be kept of a live run: everything but keys, accounts and cookies. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from grader.author import secrets
from grader.trace import AnswerSent, AnyEvent, PieceSent, RequestReceived, StreamStarted, Trace


def cleaned(trace: Trace) -> Trace:
    """Take keys, accounts and cookies out of what the API answered; pieces are looked at as one text."""
    pieces: dict[int, list[str]] = {}
    for event in trace.events:
        if isinstance(event, PieceSent):
            pieces.setdefault(event.exchange, []).append(event.text)
    clean = {exchange: iter(_clean_pieces(texts)) for exchange, texts in pieces.items()}
    return replace(trace, events=tuple(_clean_event(event, clean) for event in trace.events))


def _clean_event(event: AnyEvent, pieces: Mapping[int, Any]) -> AnyEvent:
    match event:
        case AnswerSent():
            return replace(event, body=_clean(event.body))
        case StreamStarted():
            return replace(event, message=_clean(event.message))
        case RequestReceived():
            headers = {name: secrets.without(value) for name, value in event.headers.items()}
            return replace(event, headers=headers, body=_clean(event.body))
        case PieceSent():
            return replace(event, text=next(pieces[event.exchange]))
        case _:
            return event


def _clean(value: Any) -> Any:
    match value:
        case str():
            return secrets.without(value)
        case dict():
            return {secrets.without(name): _clean(each) for name, each in value.items()}
        case list():
            return [_clean(each) for each in value]
    return value


def _clean_pieces(texts: list[str]) -> list[str]:
    """Clean an answer as a whole, and cut it again where it was cut; a place that changed has one cut less or more."""
    whole = "".join(texts)
    clean = secrets.without(whole)
    if clean == whole:
        return texts
    same = next(
        (at for at, (a, b) in enumerate(zip(whole, clean, strict=False)) if a != b), min(len(whole), len(clean))
    )
    kept: list[str] = []
    place = 0
    for text in texts[:-1]:
        place += len(text)
        kept.append(clean[len("".join(kept)) : min(place, same)] if place > same else text)
    return [*kept, clean[len("".join(kept)) :]]
