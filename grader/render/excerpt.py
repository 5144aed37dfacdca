"""Long text from strangers, cut visibly with both ends kept, line by line. Decides what is shown, not how."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_LINE = 1200  # characters
MOST_LINES = 240
MOST_CHARACTERS = 24_000


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


def excerpt(
    text: str, *, most_lines: int = MOST_LINES, most_characters: int = MOST_CHARACTERS, longest_line: int = LONGEST_LINE
) -> tuple[Line, ...]:
    """Split a text into lines, at most so many and so long; what is left out is counted in a gap."""
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    front: list[Line] = []
    back: list[Line] = []
    left = most_characters
    low, high = 0, len(lines)
    while low < high and len(front) + len(back) < most_lines:
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
