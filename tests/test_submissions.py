"""Whole programs beside their expected results: `tests/submissions/EXERCISE/NAME/`. Adding one is adding files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.report import ExerciseReport
from tests.batch import ROOT, Piece, course, grade_all

SUBMISSIONS = sorted(p.parent for p in (ROOT / "tests" / "submissions").glob("*/*/expected.yaml"))
SEED = 4711


def expected(folder: Path) -> dict[str, Any]:
    """Read what a submission must get."""
    found: dict[str, Any] = yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))
    return found


def files(folder: Path) -> dict[str, bytes]:
    """The submission's files, without what is expected of them."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "expected.yaml" and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def graded() -> dict[Path, ExerciseReport]:
    """Every submission, graded."""
    pieces = [Piece(folder.parent.name, files(folder), SEED) for folder in SUBMISSIONS]
    return {f: g.report.exercises[0] for f, g in zip(SUBMISSIONS, grade_all(pieces), strict=True)}


@pytest.mark.parametrize("folder", SUBMISSIONS, ids=lambda p: f"{p.parent.name}-{p.name}")
def test_a_submission_gets_what_it_deserves(folder: Path, graded: dict[Path, ExerciseReport]) -> None:
    """Passed, failed and skipped checks, misconceptions and notices are the expected ones."""
    report, wanted = graded[folder], expected(folder)
    fails: dict[str, str | None] = wanted.get("fails") or {}
    passes = wanted.get("passes")
    unsettled = set(fails) | set(wanted.get("skipped") or ())
    if passes == "all":
        passes = [c.name for c in course().exercise(report.name).checks if c.name not in unsettled]
    outcome = {check.name: check.outcome for check in report.checks}
    said = {check.name: check.message for check in report.checks}
    for check in passes or ():
        assert outcome[check] == "passed", f"{check}: {said[check]}"
    for check, misconception in fails.items():
        assert outcome[check] == "failed", check
        if misconception is not None:
            found = next(c for c in report.checks if c.name == check)
            assert misconception in (found.misconception, *found.misconceptions), check
    for check in wanted.get("skipped") or ():
        assert outcome[check] == "skipped", f"{check}: {said[check]}"
    assert {n.id for n in report.notices} >= set(wanted.get("notices") or ())
    if "score" in wanted:
        assert report.score == wanted["score"]
