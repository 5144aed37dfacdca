"""A program's output as it was, with the lines marked that a failed check speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from grader.render.excerpt import Room, excerpt
from grader.report import CheckReport

_SHORTEST = 3  # characters of an observed value that are looked for


@dataclass(frozen=True)
class OutputLine:
    """One line; `notes` name the checks that speak of it. A gap has no number."""

    number: int | None
    text: str
    notes: tuple[str, ...] = ()


def output_lines(text: str, failed: Iterable[CheckReport], room: Room) -> tuple[OutputLine, ...]:
    """Split an output into lines and mark what failed checks have read there."""
    failed = tuple(failed)
    return tuple(
        OutputLine(line.number, line.text, () if line.number is None else _notes(line.text, failed))
        for line in excerpt(text, room)
    )


def _notes(line: str, failed: Iterable[CheckReport]) -> tuple[str, ...]:
    return tuple(f"read by “{check.title}”" for check in failed if _speaks_of(check, line))


def _speaks_of(check: CheckReport, line: str) -> bool:
    label = check.facts.get("label", "")
    if label and _plain(label) in _plain(line):
        return True
    value = check.observed.strip().removeprefix("$")
    return len(value) >= _SHORTEST and any(sign.isdigit() for sign in value) and value in line


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().lower()
