"""The shipped course against its own grader: starters fail, solutions pass, every mistake fails as it says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.report import ExerciseReport
from tests.batch import ROOT, SEEDS, Piece, course, grade_all

EXERCISES = course().exercise_names


@dataclass(frozen=True)
class Expected:
    """What a mistake's header says: failing checks with the misconception, and skipped ones."""

    fails: dict[str, str | None]
    skipped: frozenset[str]


def header(path: Path) -> Expected:
    """Read the comment lines on top of a mistake."""
    fails: dict[str, str | None] = {}
    skipped: set[str] = set()
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        if match := re.match(r"# fails: (\w+) ([\w-]+)", line):
            fails[match[1]] = None if match[2] == "-" else match[2]
        elif match := re.match(r"# skipped: (.+)", line):
            skipped |= {name.strip() for name in match[1].split(",")}
        elif not line.startswith("#"):
            break
    return Expected(fails, frozenset(skipped))


MISTAKES = [p for name in EXERCISES for p in sorted((ROOT / "course" / name / "mistakes").glob("*.py"))]
SOLUTIONS = [ROOT / "course" / name / "solution.py" for name in EXERCISES]
STARTERS = [ROOT / "starter" / f"{name}.py" for name in EXERCISES]


def exercise_of(path: Path) -> str:
    """The exercise that a file of the course belongs to."""
    return path.stem if path.parent.name == "starter" else next(n for n in EXERCISES if n in path.parts)


@pytest.fixture(scope="module")
def graded() -> dict[tuple[Path, int], ExerciseReport]:
    """Every solution, starter and mistake, graded under every seed."""
    keys = [(path, seed) for path in [*SOLUTIONS, *STARTERS, *MISTAKES] for seed in SEEDS]
    pieces = [Piece(exercise_of(p), {f"{exercise_of(p)}.py": p.read_bytes()}, seed) for p, seed in keys]
    reports = [g.report.exercises[0] for g in grade_all(pieces)]
    return dict(zip(keys, reports, strict=True))


def name(path: Path) -> str:
    """A short test id."""
    return f"{exercise_of(path)}-{path.stem}"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("path", SOLUTIONS, ids=name)
def test_a_solution_passes_everything(path: Path, seed: int, graded: dict[tuple[Path, int], ExerciseReport]) -> None:
    """Full points and the bonus."""
    report = graded[path, seed]
    assert {c.name: c.message for c in report.checks if c.outcome != "passed"} == {}
    assert report.score == report.max_score


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("path", STARTERS, ids=name)
def test_a_starter_is_told_that_it_is_not_filled_in(
    path: Path, seed: int, graded: dict[tuple[Path, int], ExerciseReport]
) -> None:
    """No check passes and the first word is where to begin."""
    report = graded[path, seed]
    assert report.score == 0
    first = next(c for c in report.checks if c.outcome == "failed")
    assert first.misconception == "not-filled-in"
    assert {c.misconception for c in report.checks if c.outcome == "failed"} == {"not-filled-in"}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("path", MISTAKES, ids=name)
def test_a_mistake_fails_exactly_as_its_header_says(
    path: Path, seed: int, graded: dict[tuple[Path, int], ExerciseReport]
) -> None:
    """The checks named, with the misconception named, and no other."""
    report = graded[path, seed]
    expected = header(path)
    failed = {c.name: c.misconception for c in report.checks if c.outcome == "failed"}
    skipped = {c.name for c in report.checks if c.outcome == "skipped"}
    assert failed == expected.fails
    assert skipped == expected.skipped
