"""The report: the JSON that others build on, with one writer and one reader. No judging and no rendering."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from grader.frozen import made_of

SCHEMA = "grade/report/1"

CheckOutcome = Literal["passed", "failed", "skipped", "error"]
ExerciseOutcome = Literal["graded", "missing", "error"]


class ReportError(ValueError):
    """A report cannot be read."""


def not_there(exercise: str) -> str:
    """Say that nothing was handed in for an exercise: ordinary, unlike what could not be taken in."""
    return f"There is no {exercise}.py in the submission."


@dataclass(frozen=True, kw_only=True)
class CheckReport:
    """One check of one exercise over all its scenarios; `scenario` is the one that the words speak of."""

    name: str
    title: str
    outcome: CheckOutcome
    score: float
    max_score: float
    bonus: bool = False
    scenario: str | None = None
    expected: str = ""
    observed: str = ""
    misconception: str | None = None
    misconceptions: tuple[str, ...] = ()
    message: str = ""
    hint: str = ""
    hints: tuple[str, ...] = ()
    rationale: str = ""
    lesson: str = ""
    because: str | None = None
    evidence: tuple[int, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Advice that costs no points."""

    id: str
    message: str
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class ExerciseReport:
    """One exercise of one submission; `traces` says where each run's trace was written."""

    name: str
    title: str
    outcome: ExerciseOutcome
    score: float
    max_score: float
    bonus: float = 0.0
    fault: str | None = None
    checks: tuple[CheckReport, ...] = ()
    notices: tuple[Notice, ...] = ()
    traces: Mapping[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether every check that gives points passed."""
        return self.outcome == "graded" and all(c.outcome == "passed" for c in self.checks if not c.bonus)

    @property
    def absent(self) -> bool:
        """Whether nothing was handed in for it."""
        return self.outcome == "missing" and self.fault == not_there(self.name)


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything said of one submission; `lateness` is said in lists of a class alone, and is in no score."""

    submission: str
    sha256: str
    course: str
    grader: str
    seed: int
    sandbox: str
    graded_at: str
    duration_s: float
    score: float
    max_score: float
    bonus: float
    exercises: tuple[ExerciseReport, ...]
    lateness: Mapping[str, Any] | None = None

    @property
    def passed(self) -> bool:
        """Whether every check that gives points passed in every exercise."""
        return all(exercise.passed for exercise in self.exercises)

    @property
    def faults(self) -> tuple[str, ...]:
        """The grader's own faults."""
        return tuple(e.fault or "" for e in self.exercises if e.outcome == "error")

    @property
    def unread(self) -> tuple[str, ...]:
        """Why something handed in could not be taken in; where that is not all of it, for which exercises."""
        reasons: dict[str, list[str]] = {}
        for exercise in self.exercises:
            if exercise.outcome == "missing" and not exercise.absent:
                reasons.setdefault(exercise.fault or "It could not be taken in.", []).append(exercise.name)
        whole = [exercise.name for exercise in self.exercises]
        return tuple(why if names == whole else f"{', '.join(names)}: {why}" for why, names in reasons.items())


def dump(report: Report, *, indent: int | None = None, evidence: bool = True) -> str:
    """Write a report as JSON; without the numbers of the events it rests on, where no traces lie beside it."""
    left_out: dict[str, Any] = {} if evidence else {"evidence": ()}
    exercises = [
        vars(exercise)
        | {"checks": [vars(c) | left_out for c in exercise.checks], "notices": [vars(n) for n in exercise.notices]}
        for exercise in report.exercises
    ]
    return json.dumps({"schema": SCHEMA} | vars(report) | {"exercises": exercises}, indent=indent)


def load(text: str) -> Report:
    """Read a report back; raise ReportError for another schema or other fields."""
    try:
        value = json.loads(text)
    except ValueError:
        raise ReportError("This is not JSON.") from None
    if not isinstance(value, dict) or value.pop("schema", None) != SCHEMA:
        raise ReportError(f"This is no {SCHEMA} report.")
    try:
        value["exercises"] = tuple(_exercise(each) for each in value["exercises"])
        return Report(**value)
    except (TypeError, KeyError) as error:
        raise ReportError(f"The report has other fields than this version writes: {error}.") from None


def _exercise(value: dict[str, Any]) -> ExerciseReport:
    checks = tuple(_check(check) for check in value.pop("checks"))
    notices = tuple(Notice(**notice) for notice in value.pop("notices"))
    return ExerciseReport(**value, checks=checks, notices=notices)


_OF_CHECK = frozenset(each.name for each in fields(CheckReport))


def _check(value: dict[str, Any]) -> CheckReport:
    for name in ("misconceptions", "hints", "evidence"):
        value[name] = tuple(value.get(name, ()))
    return made_of(CheckReport, value) if value.keys() == _OF_CHECK else CheckReport(**value)
