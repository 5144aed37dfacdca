"""The pages of the whole course: every solution, starter and mistake, one of each exercise on a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

from grader.grading import Graded
from grader.render.page import render_page
from grader.report import Report
from tests.batch import ROOT, Piece, course, grade_all

SEED = 20_26


@dataclass(frozen=True)
class Page:
    """A page, and the programs that it is about."""

    name: str
    html: str
    reports: tuple[Report, ...]


def programs() -> Iterator[tuple[Path, ...]]:
    """The course's programs: the solutions, the starters, then the mistakes, one of each exercise together."""
    names = course().exercise_names
    yield tuple(ROOT / "course" / name / "solution.py" for name in names)
    yield tuple(ROOT / "starter" / f"{name}.py" for name in names)
    mistakes = [sorted((ROOT / "course" / name / "mistakes").glob("*.py")) for name in names]
    for row in zip_longest(*mistakes):
        yield tuple(path for path in row if path is not None)


def pages() -> list[Page]:
    """Grade all of it and render."""
    rows = list(programs())
    pieces = [
        Piece(_exercise(path), {f"{_exercise(path)}.py": path.read_bytes()}, SEED) for row in rows for path in row
    ]
    graded = iter(grade_all(pieces))
    return [_page(row, [next(graded) for _ in row]) for row in rows]


def _exercise(path: Path) -> str:
    return path.stem if path.parent.name == "starter" else path.relative_to(ROOT / "course").parts[0]


def _page(row: tuple[Path, ...], graded: list[Graded]) -> Page:
    name = "+".join(path.stem for path in row)
    reports = [each.report for each in graded]
    report = replace(
        reports[0],
        submission=name,
        score=sum(each.score for each in reports),
        max_score=sum(each.max_score for each in reports),
        bonus=sum(each.bonus for each in reports),
        exercises=tuple(exercise for each in reports for exercise in each.exercises),
    )
    traces = {exercise: runs for each in graded for exercise, runs in each.traces.items()}
    return Page(name, render_page(report, traces, course()), tuple(reports))
