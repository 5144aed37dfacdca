"""What is exported: one mark a submission, its lateness beside it and never inside of its checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

from grader.course import Late, Lateness
from grader.identity import Identity, Person, files_of, identity_of
from grader.report import Report


class ExportError(ValueError):
    """Nothing is exported; the text is one line."""


class Row(Protocol):
    """A graded submission as it is kept."""

    @property
    def name(self) -> str: ...
    @property
    def student(self) -> str: ...
    @property
    def late(self) -> bool: ...
    @property
    def mapping(self) -> Mapping[str, str]: ...
    def read_report(self) -> Report: ...


@dataclass(frozen=True)
class Mark:
    """One submission's mark; a group's goes to each of its people."""

    name: str
    student: str
    identity: Identity
    files: Mapping[str, str]
    report: Report
    late: Late | None = None

    @property
    def people(self) -> tuple[Person, ...]:
        """Whose mark this is."""
        return self.identity.people

    @property
    def points(self) -> Decimal | None:
        """The points of the checks with the bonus; None where the grader failed, because there is no mark then."""
        return None if self.report.faults else decimal(self.report.score) + decimal(self.report.bonus)

    @property
    def final(self) -> Decimal | None:
        """The points without what lateness costs."""
        points = self.points
        return points if points is None or self.late is None else points - self.late.deduction

    @property
    def status(self) -> str:
        """Say `graded`, `missing` (no exercise was there) or `error` (the grader failed)."""
        if self.report.faults:
            return "error"
        return "missing" if all(e.outcome == "missing" for e in self.report.exercises) else "graded"


def marks_of(rows: Iterable[Row], lateness: Lateness, exercise: str | None = None) -> list[Mark]:
    """Make the marks, of one exercise where one is named; raise ExportError where nobody was graded in it."""
    marks = [
        mark_of(row.name, row.student, row.late, row.mapping, row.read_report(), lateness, exercise) for row in rows
    ]
    if not marks:
        raise ExportError("There is no graded submission to export.")
    return marks


def mark_of(
    name: str, student: str, late: bool, mapping: Mapping[str, str], report: Report, lateness: Lateness,
    exercise: str | None = None,
) -> Mark:  # fmt: skip
    """Make one mark."""
    if exercise is not None:
        report = _only(report, exercise)
    identity = identity_of(mapping, student)
    mark = Mark(name, student, identity, files_of(mapping), report)
    points = mark.points or Decimal(0)
    return replace(mark, late=lateness.of(points, identity.submitted_at, identity.due_at, marked=late))


def decimal(value: float) -> Decimal:
    """Take a report's points without the noise of floats."""
    return Decimal(repr(round(value, 6)))


def number(value: Decimal) -> str:
    """Write points without needless zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _only(report: Report, exercise: str) -> Report:
    chosen = tuple(each for each in report.exercises if each.name == exercise)
    if not chosen:
        known = ", ".join(each.name for each in report.exercises)
        raise ExportError(f"{report.submission} was not graded in {exercise!r}, but in {known}.")
    (each,) = chosen
    return replace(report, exercises=chosen, score=each.score, max_score=each.max_score, bonus=each.bonus)
