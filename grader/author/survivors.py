"""Mutation testing of the grader: every mutant of a solution must be noticed, or be explained.

Runs mutants as submissions. One that still passes everything is either equivalent, and then listed with the reason in
the exercise's `equivalents.yaml`, or a hole in the checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import ConfigDict, Field

from grader.author.findings import Finding, Outcome, outcome
from grader.author.mutants import Mutant, mutants_of
from grader.author.programs import solution_of
from grader.author.trials import Trial, grade_all
from grader.author.verify import Progress
from grader.course import Course
from grader.documents import Document, read_document
from grader.report import ExerciseReport


class Equivalents(Document):
    """Mutants that may pass, and why: a reason and the names of the mutants that it holds for."""

    class Group(Document):
        """Mutants that may pass for one reason."""

        reason: str = Field(min_length=20)
        mutants: tuple[str, ...] = Field(min_length=1)

    model_config = ConfigDict(frozen=True, extra="forbid")
    equivalents: tuple[Group, ...] = ()


def mutants(course: Course, exercises: Iterable[str], seed: int, progress: Progress) -> Outcome:
    """Hold that every mutant of every solution is noticed by a check, or explained."""
    made: list[tuple[str, Mutant]] = [
        (name, mutant)
        for name in exercises
        for mutant in mutants_of(solution_of(course, name).read_text(encoding="utf-8"))
    ]
    trials = [Trial(name, {f"{name}.py": mutant.source.encode()}) for name, mutant in made]
    results = grade_all(course, trials, seed, done=lambda number: progress(number, len(trials)))
    survivors: dict[str, list[Mutant]] = {name: [] for name, _ in made}
    for (name, mutant), graded in zip(made, results, strict=True):
        if _survives(graded.report.exercises[0]):
            survivors[name].append(mutant)
    findings: list[Finding] = []
    explained = 0
    for name, survived in survivors.items():
        reasons = reasons_of(course.folder / name / "equivalents.yaml")
        explained += sum(mutant.name in reasons for mutant in survived)
        findings += _unexplained(name, survived, reasons)
        every = {mutant.name for exercise, mutant in made if exercise == name}
        findings += _stale(name, reasons, every, {mutant.name for mutant in survived})
    lived = sum(map(len, survivors.values()))
    looked_at = f"{len(made)} mutants, {len(made) - lived} noticed, {explained} equivalent"
    return outcome("mutants", "no small change to a solution goes unnoticed", looked_at, findings)


def _survives(report: ExerciseReport) -> bool:
    return all(check.outcome == "passed" for check in report.checks) and report.outcome == "graded"


def reasons_of(path: Path) -> Mapping[str, str]:
    """Read why mutants may pass, by their names."""
    if not path.is_file():
        return {}
    groups = read_document(path, Equivalents).equivalents
    return {name: group.reason for group in groups for name in group.mutants}


def _unexplained(exercise: str, survived: Iterable[Mutant], reasons: Mapping[str, str]) -> Iterator[Finding]:
    for mutant in survived:
        if mutant.name not in reasons:
            yield Finding(f"{exercise}  {mutant.name}", f"passes every check.\n{mutant.diff}")


def _stale(exercise: str, reasons: Mapping[str, str], every: set[str], survived: set[str]) -> Iterator[Finding]:
    """Find entries that explain nothing: such a mutant is not made any more, or is noticed now."""
    where = f"course/{exercise}/equivalents.yaml"
    for name in reasons:
        if name not in every:
            yield Finding(where, f"no mutant is called {name!r} any more. Take it out.")
        elif name not in survived:
            yield Finding(where, f"{name!r} is noticed now. Take it out.")
