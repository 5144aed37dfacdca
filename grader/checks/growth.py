"""How a streamed answer grew on standard output: its backlog at each gate, read from the order of events alone.

What counts as shown is `grader.progress`'s to say, here as in the replay server. Whether the growth is
progressive, and which mistake it fits, is decided by the check.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from grader.progress import LINE, Progress
from grader.screen import Screen, letters
from grader.trace import (
    Exchange,
    GatePassed,
    OutputWritten,
    PieceSent,
    StreamEnded,
    StreamStarted,
    Trace,
)

_PASSING_PERCENT = 80
_OF_STREAM = (PieceSent, GatePassed, StreamStarted, StreamEnded)
_NOT_OF_ENDED = ("cut", "error")  # planned: the program could not have taken more


class Gate(NamedTuple):
    """What had been shown when the server stopped waiting for a piece.

    `piece` is its number from 0; `taken` is False where the program left while it was on the way.
    """

    piece: int
    backlog: int
    shown_letters: int
    taken: bool
    seq: int

    @property
    def kept_up(self) -> bool:
        """Whether the screen was no more than a line behind."""
        return self.taken and self.backlog <= LINE


@dataclass(frozen=True)
class Growth:
    """The gates of one stream in order; `pieces` counts also those that never left."""

    gates: tuple[Gate, ...]
    pieces: int

    @property
    def late(self) -> int:
        """How many pieces were more than a line behind, or never taken."""
        return self.pieces - sum(gate.kept_up for gate in self.gates)

    @property
    def late_percent(self) -> int:
        """Their share, rounded."""
        return round(100 * self.late / self.pieces) if self.pieces else 0

    @property
    def keeps_up(self) -> bool:
        """Whether the screen kept up at enough of the gates; never where there was no piece."""
        return self.pieces > 0 and 100 * (self.pieces - self.late) >= _PASSING_PERCENT * self.pieces

    @property
    def largest_backlog(self) -> int:
        return max((gate.backlog for gate in self.gates), default=0)

    @property
    def stops(self) -> tuple[int, ...]:
        """The different numbers of letters that stood on the screen at the gates, ascending."""
        return tuple(sorted({gate.shown_letters for gate in self.gates}))


def would_fall_behind(stream: Exchange) -> bool:
    """Tell whether an answer is long enough that a screen with nothing of it would be seen to fall behind."""
    sent = list(accumulate(map(len, stream.all_pieces)))
    kept_up = sum(characters <= LINE for characters in sent)
    return 100 * kept_up < _PASSING_PERCENT * len(sent)


def growth(trace: Trace, stream: Exchange) -> Growth:
    """Replay a run's events, once, and read the backlog of one stream at each of its gates."""
    noted: Growth | None = trace.noted.get((growth, stream.request.seq))
    if noted is None:
        served = stream.all_pieces
        if stream.ended is not None and stream.ended.how in _NOT_OF_ENDED:
            served = tuple(piece.text for piece in stream.pieces)
        noted = trace.noted[growth, stream.request.seq] = Growth(tuple(_gates(trace, stream)), len(served))
    return noted


def _gates(trace: Trace, stream: Exchange) -> Iterator[Gate]:
    assert stream.stream is not None
    number = stream.stream.exchange
    screen = Screen()
    progress = Progress(screen)
    open_piece: int | None = None  # sent, and its gate has not been passed
    for event in trace.events:
        if isinstance(event, OutputWritten):
            if event.stream == "stdout":
                screen.write(event.data)
        elif isinstance(event, _OF_STREAM) and event.exchange == number:
            left = (isinstance(event, GatePassed) and event.because == "gone") or (
                isinstance(event, StreamEnded) and event.how in ("gone", "killed")
            )
            if open_piece is not None:
                taken = not left or progress.all_shown
                yield Gate(open_piece, *progress.standing, taken, event.seq)
                open_piece = None
            if isinstance(event, StreamStarted):
                progress = Progress(screen)
            elif isinstance(event, PieceSent):
                progress.send(event.text)
                open_piece = event.index


def line_ends(text: str) -> frozenset[int]:
    """The numbers of letters after which the lines of a text end."""
    ends: set[int] = set()
    before = 0
    for line in text.splitlines():
        before += len(letters(line))
        ends.add(before)
    return frozenset(ends)
