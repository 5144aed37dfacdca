"""Long text from strangers, cut visibly with both ends kept, line by line. Decides what is shown, not how."""

from __future__ import annotations

from dataclasses import dataclass, fields

LONGEST_LINE = 1200  # characters


@dataclass(frozen=True)
class Room:
    """How much of each thing a page has room for; what is left out is always said."""

    output_lines: int = 240
    output_characters: int = 24_000
    source_lines: int = 260
    files: int = 8
    pieces: int = 120
    streams: int = 4
    requests: int = 60
    fields: int = 24
    calls: int = 60
    request_characters: int = 700
    value_characters: int = 4000

    def narrowed(self, parts: int) -> Room:
        """A room of one part in so many, never so small that both ends are lost."""
        return Room(*(max(4, getattr(self, each.name) // parts) for each in fields(self)))


ROOMS = (Room(), *(Room().narrowed(parts) for parts in (2, 4, 10, 30, 100)))


@dataclass(frozen=True)
class Line:
    """One line that is shown; `number` counts from 1. A gap has no number and says what it leaves out."""

    number: int | None
    text: str


def cut(text: str, longest: int = LONGEST_LINE) -> str:
    """Leave out the middle of a text that is too long, and say how much."""
    if len(text) <= longest:
        return text
    half = longest // 2
    return f"{text[:half]} [… {len(text) - 2 * half:,} characters left out …] {text[-half:]}"


def excerpt(text: str, room: Room) -> tuple[Line, ...]:
    """Split an output into lines, at most so many and so long; what is left out is counted in a gap."""
    longest_line = max(80, min(LONGEST_LINE, room.output_characters // 20))
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    front: list[Line] = []
    back: list[Line] = []
    left = room.output_characters
    low, high = 0, len(lines)
    while low < high and len(front) + len(back) < room.output_lines:
        at = low if len(front) <= len(back) else high - 1
        line = Line(at + 1, cut(lines[at].removesuffix("\r"), longest_line))
        left -= len(line.text) + 1
        if left < 0 and (front or back):
            break
        if at == low:
            front.append(line)
            low += 1
        else:
            back.append(line)
            high -= 1
    if low == high:
        return tuple(front + back[::-1])
    missing = sum(len(line) + 1 for line in lines[low:high])
    gap = Line(None, f"[… {high - low:,} lines, {missing:,} characters, left out …]")
    return (*front, gap, *back[::-1])
