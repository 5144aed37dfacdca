"""Writes a run's output down as the program made it, not as the pipes happened to cut it.

Between two events of another kind, how many pieces a text came in, and which of the two pipes was read first, is
chance. One event a stream is kept there, standard output first, and the events are numbered again: so the same run
gives the same trace, with the same `seq` as evidence, on a busy machine and on an idle one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby

from grader.trace import AnyEvent, OutputWritten


def settled(events: Iterable[AnyEvent]) -> tuple[AnyEvent, ...]:
    """Join what a stream said between two other events; number all events from 0."""
    kept: list[AnyEvent] = []
    for is_output, group in groupby(events, key=lambda event: isinstance(event, OutputWritten)):
        run = list(group)
        kept += _joined(event for event in run if isinstance(event, OutputWritten)) if is_output else run
    return tuple(
        event if event.seq == number else replace(event, seq=number)  # most keep theirs, and copies cost
        for number, event in enumerate(kept)
    )


def _joined(outputs: Iterable[OutputWritten]) -> list[OutputWritten]:
    by_stream: dict[str, list[OutputWritten]] = {"stdout": [], "stderr": []}
    for event in outputs:
        by_stream[event.stream].append(event)
    return [replace(each[0], data=b"".join(event.data for event in each)) for each in by_stream.values() if each]
