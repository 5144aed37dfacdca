"""Two samples of exercise 2, the run in which the probe read them, and requests that count pieces of them."""

from __future__ import annotations

from typing import Any

from tests.traces import TraceBuilder

PROSE = (
    "The ferry left at six, or at ten past, depending on whether the captain's wife had found her gloves. People on "
    "the quay knew this and brought their coffee with them. By the time the ropes were in, half of the island's "
    "business had been settled, and the other half could wait until Monday."
)
CODE = (
    "SELECT c.name, COUNT(o.id) AS orders, SUM(o.total) AS turnover FROM customers AS c LEFT JOIN orders AS o ON "
    "o.customer_id = c.id WHERE o.created_at >= '2026-01-01' AND o.status NOT IN ('void', 'draft') GROUP BY c.name "
    "HAVING SUM(o.total) > 1000 ORDER BY turnover DESC LIMIT 25;"
)
LENGTH = min(len(PROSE), len(CODE))


def read(**names: object) -> TraceBuilder:
    """The functions run: the module's PROSE and CODE unless told."""
    return TraceBuilder("exercise2", "functions").names(**({"PROSE": PROSE, "CODE": CODE} | names))


def begun(source: str = "", scenario: str = "recorded") -> TraceBuilder:
    """A program of exercise 2 that has done nothing yet."""
    return TraceBuilder("exercise2", scenario, source=source)


def counted(
    prose: str = PROSE[:LENGTH], code: str = CODE[:LENGTH], *, source: str = "", prose_tokens: int = 73, **request: Any
) -> TraceBuilder:
    """A program that has counted one text of each kind: 73 and 98 tokens."""
    return begun(source).count(prose_tokens, content=prose, **request).count(98, content=code, **request)


def said(
    text: str = "prose tokens: 73\ncode tokens: 98\ndenser: code\n", trace: TraceBuilder | None = None
) -> TraceBuilder:
    """A program that has counted, printed something, sent the prose, and ended."""
    return (
        (trace or counted()).prints(text).message(content=PROSE[:LENGTH], text="Because.").prints("Because.\n").exits()
    )
