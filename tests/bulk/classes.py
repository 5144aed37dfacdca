"""Classes of any size without a run: reports made by hand, for the class page and the lists."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from grader import report as report_file
from grader.bulk.rows import Key, Row
from grader.course import Course
from grader.report import CheckReport, ExerciseReport, Report, not_there

COURSE = Course(Path(__file__).parents[2] / "course")
MISTAKES = ("prices-swapped", "no-flush", "count-after-send", None)


def row_of(report: Report, *, student: str | None = None, late: bool = False, differs: tuple[str, ...] = ()) -> Row:
    """The row in which a store keeps a report."""
    key = Key(report.sha256, "c", "1.0.0", (), 10.0)
    name = report.submission
    return Row(name, student or name, key, report_file.dump(report), late=late, differs=differs)


def class_of(number: int, seed: int = 1) -> Iterator[tuple[Row, Report]]:
    """Draw a class whose checks pass, fail and are skipped in likely shares."""
    draw = random.Random(seed)
    for each in range(number):
        report = _report(f"student{each:04}", draw)
        yield row_of(report, late=draw.random() < 0.05), report


def _report(name: str, draw: random.Random) -> Report:
    exercises = tuple(_exercise(exercise, draw) for exercise in COURSE.exercise_names)
    return Report(
        submission=name, sha256="0" * 64, course=COURSE.title, grader="1.0.0", seed=1, sandbox="namespaces",
        graded_at="2026-01-01T00:00:00Z", duration_s=1.0, score=sum(e.score for e in exercises),
        max_score=sum(e.max_score for e in exercises), bonus=0.0, exercises=exercises,
    )  # fmt: skip


def _exercise(name: str, draw: random.Random) -> ExerciseReport:
    spec = COURSE.exercise(name)
    if draw.random() < 0.03:
        missing = draw.random() < 0.8
        said = not_there(name) if draw.random() < 0.5 else f"{name}.py was not read: a link, not a regular file."
        return ExerciseReport(
            name=name, title=spec.title, outcome="missing" if missing else "error", score=0.0,
            max_score=float(spec.max_score), fault=said if missing else "The launcher stopped.",
        )  # fmt: skip
    checks = []
    for check in spec.checks:
        outcome = draw.choices(("passed", "failed", "skipped"), (8, 2, 1))[0]
        checks.append(
            CheckReport(
                name=check.name, title=check.title, outcome=outcome,  # type: ignore[arg-type]
                score=float(check.points) if outcome == "passed" else 0.0, max_score=float(check.points),
                bonus=check.bonus, misconception=draw.choice(MISTAKES) if outcome == "failed" else None,
                message=f"Your program printed {draw.randrange(100)}." if outcome == "failed" else "",
            )
        )  # fmt: skip
    return ExerciseReport(
        name=name, title=spec.title, outcome="graded", score=sum(c.score for c in checks if not c.bonus),
        max_score=float(spec.max_score), checks=tuple(checks),
    )  # fmt: skip
