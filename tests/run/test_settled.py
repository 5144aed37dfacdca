"""What chance does to a trace, and what is left of it."""

from __future__ import annotations

import random

from grader.run.settled import settled
from grader.trace import AnyEvent, OutputWritten, PieceSent, ProcessExited


def events(cuts: random.Random) -> list[AnyEvent]:
    """One and the same run, its output cut and mixed by chance."""
    written: list[AnyEvent] = []
    for text, complaint, after in (("one two three", "a warning", True), ("four five", "", False)):
        parts = [("stdout", text), ("stderr", complaint)]
        pieces: list[AnyEvent] = []
        for stream, whole in parts:
            at = cuts.randrange(len(whole) + 1)
            pieces += [
                OutputWritten(seq=0, at_s=0.0, stream=stream, data=part.encode())  # type: ignore[arg-type]
                for part in (whole[:at], whole[at:])
                if part
            ]
        if cuts.random() < 0.5:  # the other pipe was read first
            pieces = [*pieces[2:], *pieces[:2]] if len(pieces) == 4 else pieces
        written += pieces
        if after:
            written.append(PieceSent(seq=0, at_s=0.0, exchange=1, index=0, text="x"))
    return [*written, ProcessExited(seq=0, at_s=0.0, status=0, signal=None, because="itself")]


def test_how_pipes_cut_does_not_show() -> None:
    """However a run's output was cut, its trace is the same."""
    assert len({repr(settled(events(random.Random(seed)))) for seed in range(20)}) == 1


def test_order_between_other_events_stays() -> None:
    """What was written before a piece stays before it, what came after stays after; numbers have no gaps."""
    found = settled(events(random.Random(1)))
    kinds = [(e.stream, e.data) if isinstance(e, OutputWritten) else type(e) for e in found]
    assert kinds == [
        ("stdout", b"one two three"), ("stderr", b"a warning"), PieceSent, ("stdout", b"four five"), ProcessExited,
    ]  # fmt: skip
    assert [event.seq for event in found] == list(range(len(found)))
