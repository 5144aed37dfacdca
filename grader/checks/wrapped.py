"""Heads of a table that are wrapped over several lines, put on one: `Runs per` above `dollar` is one label.

What draws tables for a terminal wraps heads where the columns do not fit. Nothing is added and nothing taken away: the
cells of a column are set one after the other, and every sign below stays where it was.
"""

from __future__ import annotations

import re

_BARS = "|│┃║"
# Up to its first sign of a line there is one way to read a rule: what is nearly one is no work.
_RULE = re.compile(r"[\s|+:]*[=\-\u2500-\u257f][\s|+=:\-\u2500-\u257f]*")
_DIGIT = re.compile(r"\d")
_BAR = re.compile(f"[{_BARS}]")
_FEWEST_BARS = 3  # a table of two columns, which has three, is one of labels and values, a label a row
_MOST_LINES = 4


def heads_joined(text: str) -> str:
    """Put each wrapped row of labels of a table on its first line; the text stays as long as it was."""
    if not any(bar in text for bar in _BARS):
        return text
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        height = _wrapped_height(lines, at)
        if height > 1:
            lines[at : at + height] = [_joined(lines[at : at + height])]
        at += 1
    return "\n".join(lines)


def _wrapped_height(lines: list[str], top: int) -> int:
    """Count the lines of a row of labels that begins here: the first of a table, above a rule and then numbers."""
    bars = _bars(lines[top])
    if len(bars) <= _FEWEST_BARS or (top and _bars(lines[top - 1]) == bars):
        return 0
    end = top
    while end - top < _MOST_LINES and end < len(lines) and _bars(lines[end]) == bars and not _DIGIT.search(lines[end]):
        end += 1
    if end + 1 >= len(lines) or not _RULE.fullmatch(lines[end]):
        return 0
    return end - top if _bars(lines[end + 1]) == bars and _DIGIT.search(lines[end + 1]) else 0


def _bars(line: str) -> list[int]:
    """Where the bars stand in a row of cells; [] where it is none."""
    return [] if _RULE.fullmatch(line) else [found.start() for found in _BAR.finditer(line)]


def _joined(lines: list[str]) -> str:
    """Set the words of each column one after the other, in the room of its cells and of what parted these."""
    ends = [*_bars(lines[0]), None]
    row, start = "", 0
    for end in ends:
        cells = [line[start:end] for line in lines]
        room = sum(map(len, cells)) + len(cells) - 1
        row += " ".join(filter(None, (cell.strip() for cell in cells))).center(room)
        if end is not None:
            row += lines[0][end]
            start = end + 1
    return row
