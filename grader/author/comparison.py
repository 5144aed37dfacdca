"""A recorded run beside a replay of it: where they differ in what a program can see. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from grader.author.cleaning import cleaned
from grader.trace import Exchange, Trace


def differences(recorded: Trace, replayed: Trace) -> list[str]:
    """Say where a replay is not what was recorded: texts, cuts, tokens, statuses, tries."""
    first, second = (_told_of(trace.exchanges) for trace in (cleaned(recorded), replayed))
    said = []
    if len(first) != len(second):
        said.append(f"{len(first)} exchanges were recorded, {len(second)} replayed")
    for number, (one, other) in enumerate(zip(first, second, strict=False), 1):
        said += [
            f"exchange {number}, {what}: recorded {one[what]!r}, replayed {other[what]!r}"
            for what in one
            if one[what] != other[what]
        ]
    return said


def _told_of(exchanges: Iterable[Exchange]) -> list[dict[str, Any]]:
    return [
        {
            "path": exchange.request.path,
            "tries": len(exchange.attempts),
            "status": exchange.status,
            "pieces": tuple(piece.text for piece in exchange.pieces),
            "text": "" if exchange.stream is not None else exchange.text,
            "end": None if exchange.ended is None else exchange.ended.how,
            "usage": exchange.usage if _is_whole(exchange) else None,
            "stop reason": exchange.stop_reason if _is_whole(exchange) else None,
            "count": exchange.counted_tokens,
        }
        for exchange in exchanges
    ]


def _is_whole(exchange: Exchange) -> bool:
    return exchange.ended is None or exchange.ended.how == "complete"
