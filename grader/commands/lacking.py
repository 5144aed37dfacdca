"""What of a class could not be taken in, and what was not handed in: in words, for whoever gives the marks.

Theory: both count 0 points. That an exercise is not handed in is ordinary, and a number is enough; what was handed in
and could not be taken in is named with the reason, because somebody has to look at it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from grader.render.visible import visible
from grader.report import Report

_LISTED = 8
_LONGEST = 300


def lacking(reports: Iterable[tuple[str, Report]], where: str) -> Iterator[str]:
    """Give a line for each of the first that could not be taken in, and one for what was not handed in.

    `reports` come with the names to show; `where` says where all of them are named.
    """
    unread: list[str] = []
    absent: Counter[str] = Counter()
    for name, report in reports:
        absent.update(exercise.name for exercise in report.exercises if exercise.absent)
        if report.unread:
            first, *others = report.unread
            said = visible(first, _LONGEST, lines=False) + (f" (And {len(others)} more.)" if others else "")
            unread.append(f"  {visible(name, 120, lines=False)}: {said}")
    if unread:
        many = f"{len(unread)} submission{'' if len(unread) == 1 else 's'}"
        yield f"{many} could not be taken in, whole or in part (0 points):"
        yield from unread[:_LISTED]
        if len(unread) > _LISTED:
            yield f"  … {len(unread) - _LISTED} more: {where}."
    if absent:
        yield (
            "Not handed in: " + ", ".join(f"{name} by {absent[name]}" for name in sorted(absent)) + " (0 points each)."
        )
