"""Which code cell of a notebook a line of the program is from, read from the comments that stand before the cells."""

from __future__ import annotations

import re

HEAD = "# Made of {name}: its code cells in order."
CELL = "# --- {name}, code cell {number} ---"
_HEAD_LINE = re.compile(r"# Made of (exercise\d+\.ipynb): its code cells in order\.\Z")
_CELL_LINE = re.compile(r"# --- .+, code cell (\d+) ---\Z")


def notebook_of(program: str) -> str | None:
    """Give the name of the notebook that a program was made of, None where it was made of none."""
    found = _HEAD_LINE.match(program.split("\n", 1)[0])
    return found[1] if found else None


def cell_of(program: str, line: int) -> tuple[int, int] | None:
    """Give code cell and line in it (both from 1) of a program's line; None where it is in no cell."""
    lines = program.split("\n")
    for above in range(min(line, len(lines)) - 1, -1, -1):
        if found := _CELL_LINE.match(lines[above]):
            return (int(found[1]), line - above - 1) if line - above > 1 else None
    return None


def cell_starts(program: str) -> dict[int, int]:
    """Give the program's line on which each code cell begins."""
    lines = program.split("\n")
    return {int(found[1]): at + 2 for at, text in enumerate(lines) if (found := _CELL_LINE.match(text))}
