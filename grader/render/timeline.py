"""The streaming timeline: when each piece left the server and when it stood on the screen, drawn in order.

What counts as late is `grader.checks.growth`'s to say; what counts as shown is `grader.progress`'s. The drawing goes by
the order of events; their times stand in the table only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from grader.checks.growth import Growth, growth
from grader.progress import LINE, Progress
from grader.render.excerpt import Room, cut
from grader.render.setting import environment
from grader.screen import Screen
from grader.trace import Exchange, OutputWritten, PieceSent, StreamEnded, StreamStarted, Trace

_WIDTH, _MARGIN = 1000, 10
_TOP, _BOTTOM, _HEIGHT = 16, 164, 180  # the lanes, and the drawing
_TICK = 10  # half a mark
_LONGEST_TEXT = 160


@dataclass(frozen=True)
class Passage:
    """One piece on its way; a step is a place in the drawing, times are milliseconds since the stream began.

    `shown_step` is None where the piece was never seen on the screen, `sent_step` where it never left.
    """

    number: int
    text: str
    sent_step: int | None
    sent_ms: int | None
    shown_step: int | None
    shown_ms: int | None
    waiting: int | None
    kept_up: bool
    held: bool  # on its way while more than a line was missing

    @property
    def late(self) -> bool:
        """Whether more than a line was missing when the server went on after this piece."""
        return self.waiting is not None and self.waiting > LINE


@dataclass(frozen=True)
class Timeline:
    """One stream's pieces, what they show in words, and the drawing."""

    id: str
    seq: int
    finding: str
    reading: str
    held: bool
    passages: tuple[Passage, ...]
    steps: int
    end_step: int | None
    end_words: str
    most_rows: int

    @property
    def rows(self) -> tuple[Passage, ...]:
        """The passages that the table shows: both ends where there are too many."""
        half = self.most_rows // 2
        return self.passages if len(self.passages) <= self.most_rows else self.passages[:half] + self.passages[-half:]

    @property
    def left_out(self) -> int:
        return len(self.passages) - len(self.rows)

    @property
    def late(self) -> int:
        """How many pieces the table marks as late."""
        return sum(passage.late for passage in self.passages)

    @property
    def any_late(self) -> bool:
        return any(passage.held and passage.shown_step is not None for passage in self.passages)

    @property
    def any_prompt(self) -> bool:
        return any(not passage.held and passage.shown_step is not None for passage in self.passages)

    @property
    def any_unseen(self) -> bool:
        return any(p.shown_step is None and p.sent_step is not None for p in self.passages)

    @property
    def drawing(self) -> Markup:
        """The lanes as SVG; strokes keep their width however the drawing is stretched."""
        return Markup("".join(self._strokes()))

    def _strokes(self) -> Iterator[str]:
        yield _line("lane", 0, _TOP, _WIDTH, _TOP)
        yield _line("lane", 0, _BOTTOM, _WIDTH, _BOTTOM)
        if self.end_step is not None:
            at = self._x(self.end_step)
            yield _line("end", at, 0, at, _HEIGHT)
        for passage in self.passages:
            if passage.sent_step is None:
                continue
            sent = self._x(passage.sent_step)
            name = "way late" if passage.held else "way"
            if passage.shown_step is None:
                yield _line("way unseen", sent, _TOP, sent, (_TOP + _BOTTOM) / 2)
            else:
                yield _line(name, sent, _TOP, self._x(passage.shown_step), _BOTTOM)
            yield _line("mark", sent, _TOP - _TICK, sent, _TOP + _TICK)
        for step in sorted({p.shown_step for p in self.passages if p.shown_step is not None}):
            yield _line("mark", self._x(step), _BOTTOM - _TICK, self._x(step), _BOTTOM + _TICK)

    def _x(self, step: int) -> float:
        return _MARGIN + step * (_WIDTH - 2 * _MARGIN) / max(1, self.steps - 1)


def _line(name: str, x1: float, y1: float, x2: float, y2: float) -> str:
    ends = f'x1="{x1:.1f}" y1="{y1:g}" x2="{x2:.1f}" y2="{y2:g}"'.replace('.0"', '"')
    return f'<line class="{name}" {ends}/>'  # our own words and numbers, no student's text


def streams_of(trace: Trace) -> list[Exchange]:
    """The streams of a run of the program that sent a piece or had one to send."""
    if trace.scenario == Trace.FUNCTIONS:
        return []
    return [e for e in trace.messages if e.stream is not None and e.all_pieces]


@dataclass(frozen=True)
class Chart:
    """A timeline as it is set; `seq` is the event with which the stream was asked for."""

    id: str
    seq: int
    html: Markup


def charts_of(trace: Trace, run: str, room: Room) -> tuple[Chart, ...]:
    """Set the streams of a run, the first and the last of them where there are too many."""
    streams = streams_of(trace)
    if len(streams) > room.streams:
        streams = streams[: room.streams // 2] + streams[-(room.streams // 2) :]
    part: Any = environment().get_template("timeline.html").module
    drawn = (timeline(trace, stream, f"{run}-timeline-{stream.number}", room) for stream in streams)
    return tuple(Chart(each.id, each.seq, part.timeline_part(each)) for each in drawn)


def timeline(trace: Trace, stream: Exchange, name: str, room: Room) -> Timeline:
    """Draw one stream of a run."""
    grown = growth(trace, stream)
    walk = _Walk(trace, stream, grown)
    gates = {gate.piece: gate for gate in grown.gates}
    passages = tuple(
        Passage(
            number=index + 1,
            text=cut(text, _LONGEST_TEXT),
            sent_step=walk.sent.get(index, (None, None))[0],
            sent_ms=walk.sent.get(index, (None, None))[1],
            shown_step=walk.shown.get(index, (None, None))[0],
            shown_ms=walk.shown.get(index, (None, None))[1],
            waiting=gates[index].backlog if index in gates else None,
            kept_up=index in gates and gates[index].kept_up,
            held=_held(walk, index),
        )
        for index, text in enumerate(stream.all_pieces)
    )
    finding, reading = _words(stream, grown, passages, walk)
    left = _was_left(stream)
    missing = len(passages) - len(walk.sent) if left else 0  # they would have taken a step to leave and one to appear
    return Timeline(
        id=name,
        seq=stream.request.seq,
        finding=finding,
        reading=reading,
        held=not grown.keeps_up,
        passages=passages,
        steps=walk.steps + 2 * missing,
        end_step=walk.end_step,
        end_words="your program had stopped reading" if left else "the answer had ended",
        most_rows=room.pieces,
    )


def _held(walk: _Walk, index: int) -> bool:
    """Whether more than a line was missing at a gate while the piece was on its way."""
    sent, shown = walk.sent.get(index), walk.shown.get(index)
    return sent is not None and any(sent[0] < step and (shown is None or step <= shown[0]) for step in walk.late_steps)


class _Walk:
    """A run's events in order: the step and the time at which each piece was sent, and at which it was shown."""

    def __init__(self, trace: Trace, stream: Exchange, grown: Growth) -> None:
        assert stream.stream is not None
        self.sent: dict[int, tuple[int, int]] = {}
        self.shown: dict[int, tuple[int, int]] = {}
        self.late_steps: list[int] = []
        late = {gate.seq for gate in grown.gates if not gate.kept_up}
        self.steps = 0
        self.end_step: int | None = None
        number, began_s = stream.stream.exchange, stream.stream.at_s
        screen = Screen()
        progress = Progress(screen)
        settled = 0
        for event in trace.events:
            if event.seq in late:
                self.late_steps.append(self.steps)
            if isinstance(event, OutputWritten) and event.stream == "stdout":
                screen.write(event.data)
                if not self.sent or settled == len(stream.all_pieces):
                    continue
                now = progress.settled_pieces
                if now > settled:
                    for index in range(settled, now):
                        self.shown[index] = (self.steps, _ms(event.at_s - began_s))
                    settled = now
                    self.steps += 1
            elif isinstance(event, StreamStarted) and event.exchange == number:
                progress = Progress(screen)
            elif isinstance(event, PieceSent) and event.exchange == number:
                progress.send(event.text)
                self.sent[event.index] = (self.steps, _ms(event.at_s - began_s))
                self.steps += 1
            elif isinstance(event, StreamEnded) and event.exchange == number:
                self.end_step = self.steps
                self.steps += 1


def _ms(seconds: float) -> int:
    return round(1000 * seconds)


def _was_left(stream: Exchange) -> bool:
    """Whether the program (or its end) closed the stream before it was over."""
    return stream.ended is not None and stream.ended.how in ("gone", "killed")


def _words(stream: Exchange, grown: Growth, passages: tuple[Passage, ...], walk: _Walk) -> tuple[str, str]:
    """State the finding, and how the drawing shows it."""
    total = grown.pieces
    shown = sum(passage.shown_step is not None for passage in passages)
    never = total - len(walk.sent)
    if grown.keeps_up and not grown.late:
        return (
            f"All {total:,} pieces reached your screen as they arrived",
            "Every line is close to upright: each piece was on the screen before the server had gone on.",
        )
    if grown.keeps_up:
        return (
            f"{total - grown.late:,} of {total:,} pieces reached your screen as they arrived",
            f"Upright lines kept up. After {grown.late:,} of the pieces more than a line ({LINE} characters) was "
            "missing; that few are allowed.",
        )
    if never > 0 and _was_left(stream):
        reading = "Your program stopped reading before the answer was over; what it had not read never left the server."
        seen = f" {shown:,} of the pieces stood on your screen." if shown else " None of it stood on your screen."
        return f"{never:,} of {total:,} pieces were never read", reading + seen
    if not shown:
        return (
            f"None of the {total:,} pieces reached your screen",
            "The server sent them, and no line arrives: the text did not come out on standard output.",
        )
    ends = {passage.shown_step for passage in passages if passage.shown_step is not None}
    together = "they all came out at once" if len(ends) == 1 else f"they came out in {len(ends):,} lots"
    after = walk.end_step is not None and min(ends) > walk.end_step
    return (
        f"After {grown.late:,} of {total:,} pieces more than a line was missing from your screen",
        "The slanted lines are pieces that had left the server long before they stood on your screen: "
        f"{together}{', after the last one had been sent' if after else ''}. "
        f"At the most {grown.largest_backlog:,} characters were missing; a line ({LINE}) may be.",
    )
