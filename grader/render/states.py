"""The four states of a check: a sign, a word and a colour each, told apart by any one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.report import CheckReport, ExerciseReport, Report


@dataclass(frozen=True)
class State:
    """How an outcome is said; `colour` is the terminal's, the page has its own by `name`."""

    name: str
    sign: str
    word: str
    short: str
    colour: str


STATES: Mapping[str, State] = {
    "passed": State("passed", "✓", "passed", "pass", "green"),
    "failed": State("failed", "✗", "failed", "fail", "red"),
    "skipped": State("skipped", "–", "not reached", "skip", "yellow"),
    "error": State("error", "!", "could not be graded", "our fault", "magenta"),
}


def points(value: float) -> str:
    """Write points without a useless decimal."""
    return f"{value:g}"


def next_step(exercise: ExerciseReport) -> CheckReport | None:
    """The check to look at first: the first that failed, a bonus last."""
    failed = [check for check in exercise.checks if check.outcome == "failed"]
    return next((check for check in failed if not check.bonus), failed[0] if failed else None)


def next_exercise(report: Report) -> ExerciseReport | None:
    """The exercise to go on with: the first graded one that does not pass, else a missing one, else a bonus."""
    open_ones = [exercise for exercise in report.exercises if not exercise.passed and exercise.outcome != "error"]
    graded = [exercise for exercise in open_ones if exercise.outcome == "graded" and next_step(exercise)]
    bonus = [exercise for exercise in report.exercises if next_step(exercise)]
    return next(iter([*graded, *open_ones, *bonus]), None)
