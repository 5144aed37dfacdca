"""Classroom 50: `result.json` of one submission. Points are whole there; lateness is weighed by Classroom 50 itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from grader.export.exported import Exported, Wish
from grader.export.marks import ExportError, Mark, decimal

_SCHEMA = "classroom50/result/v1"
_SAID = ("classroom", "assignment", "assignment_type", "owner", "submission", "commit", "release", "review", "datetime")


def classroom50(marks: list[Mark], wish: Wish) -> Exported:
    """Write the result; what the platform says of the submission comes from `metadata`."""
    if len(marks) != 1:
        raise ExportError(f"Classroom 50 takes one submission at a time, and there are {len(marks)}.")
    (mark,) = marks
    if mark.points is None:
        raise ExportError(f"The grader failed at {mark.name}: there is no result to write. {mark.report.faults[0]}")
    return Exported({"result.json": (json.dumps(result(mark, wish.metadata), indent=2) + "\n").encode()})


def result(mark: Mark, metadata: Mapping[str, object]) -> dict[str, Any]:
    """Make the result, a test for each check of each exercise."""
    tests = [
        {
            "test-name": f"{exercise.name}: {check.title}",
            "passed": check.outcome == "passed",
            "score": _whole(check.score),
            "max-score": _whole(check.max_score),
        }
        for exercise in mark.report.exercises
        for check in exercise.checks
    ]
    tests += [
        {"test-name": f"{e.name}: {e.title}", "passed": False, "score": 0, "max-score": _whole(e.max_score)}
        for e in mark.report.exercises
        if e.outcome == "missing"
    ]
    return {
        "schema": _SCHEMA,
        **{name: metadata.get(name, "") for name in _SAID},
        "graded_at": mark.report.graded_at,
        "score": int((mark.points or Decimal(0)).quantize(Decimal(1), ROUND_HALF_UP)),
        "max-score": _whole(mark.report.max_score),
        "tests": tests,
    }


def _whole(points: float) -> int:
    return int(decimal(points).quantize(Decimal(1), ROUND_HALF_UP))


def from_environment(environment: Mapping[str, str]) -> dict[str, object]:
    """Take what the platform says from the variables that its workflow sets (`CLASSROOM_*`, `GITHUB_*`)."""
    found: dict[str, object] = {name: environment.get(f"CLASSROOM_{name.upper()}", "") for name in _SAID}
    repository = environment.get("GITHUB_REPOSITORY", "")
    found["owner"] = found["owner"] or environment.get("GITHUB_REPOSITORY_OWNER", "")
    found["submission"] = found["submission"] or repository
    found["commit"] = found["commit"] or environment.get("GITHUB_SHA", "")
    return found
