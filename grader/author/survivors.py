"""Mutation testing of the grader: every mutant of a solution must be noticed, or be explained.

A mutant (see `hunt`) that still passes everything is either equivalent, and then listed with the reason in
the exercise's `equivalents.yaml`, or a hole in the checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import ConfigDict, Field

from grader.author.findings import Finding, Outcome, outcome
from grader.author.hunt import Quarry, hunt
from grader.author.mutants import Mutant, mutants_of
from grader.author.programs import solution_of
from grader.author.verify import Progress
from grader.course import Course
from grader.documents import Document, read_document


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
    quarries = [_quarry(course, name) for name in exercises]
    made = sum(len(quarry.mutants) for quarry in quarries)
    hunted = hunt(course, quarries, seed, done=lambda number: progress(number, made))
    findings: list[Finding] = []
    explained = lived = 0
    for name, every in hunted.items():
        reasons = reasons_of(course.folder / name / "equivalents.yaml")
        survived = [each.mutant for each in every if each.survived]
        lived += len(survived)
        explained += sum(mutant.name in reasons for mutant in survived)
        findings += [
            Finding(f"{name}  {each.mutant.name}", f"could not be judged: {each.fault}") for each in every if each.fault
        ]
        findings += _unexplained(name, survived, reasons)
        findings += _stale(name, reasons, {each.mutant.name for each in every}, {mutant.name for mutant in survived})
    looked_at = f"{made} mutants, {made - lived} noticed, {explained} equivalent"
    return outcome("mutants", "no small change to a solution goes unnoticed", looked_at, findings)


def _quarry(course: Course, exercise: str) -> Quarry:
    source = solution_of(course, exercise).read_text(encoding="utf-8")
    return Quarry(exercise, source, tuple(mutants_of(source)))


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
