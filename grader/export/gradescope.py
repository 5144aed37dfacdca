"""Gradescope: `results.json` as its autograder harness reads it, one a submission."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from grader.export.exported import Exported, Wish
from grader.export.marks import Mark
from grader.export.words import headline, said, shown
from grader.identity import moment
from grader.report import CheckReport, ExerciseReport


def gradescope(marks: list[Mark], wish: Wish) -> Exported:
    """Write the results of each submission."""
    files = {f"{mark.name}.json": _json(results(mark)) for mark in marks}
    if len(marks) == 1:
        files = {"results.json": files.popitem()[1]}
    faults = [mark.name for mark in marks if mark.points is None]
    notes = (f"Without a score, because the grader failed: {', '.join(faults)}.",) if faults else ()
    return Exported(files, (f"{len(marks)} results.", *notes))


def results(mark: Mark) -> dict[str, Any]:
    """Make one submission's results; without a score where the grader failed, so that nobody gets a zero for it."""
    lines = [headline(exercise) for exercise in mark.report.exercises]
    if mark.late is not None:
        lines.append(mark.late.words)
    found: dict[str, Any] = {
        "output": "\n".join(lines),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "execution_time": round(mark.report.duration_s),
    }
    if mark.final is None:
        return found
    found["score"] = float(mark.final)
    found["tests"] = [
        test for place, exercise in enumerate(mark.report.exercises, 1) for test in _tests(exercise, place)
    ]
    found["extra_data"] = {"seed": mark.report.seed, "grader": mark.report.grader, "sandbox": mark.report.sandbox}
    if mark.late is not None:
        found["extra_data"]["lateness"] = {"words": mark.late.words, "deduction": float(mark.late.deduction)}
    return found


def times(metadata: Mapping[str, Any]) -> dict[str, str]:
    """Take the times out of the harness' `submission_metadata.json`, in the words of the store's mapping.

    A student's own extension goes before the assignment's due date.
    """
    users = [user for user in metadata.get("users") or () if isinstance(user, Mapping)]
    own = [(user.get("assignment") or {}).get("due_date") for user in users]
    set_for_all = (metadata.get("assignment") or {}).get("due_date")
    due = max((at for at in map(moment, own) if at), default=moment(set_for_all))
    at = moment(metadata.get("created_at"))
    people = [
        {"name": str(user.get("name") or ""), "id": str(user.get("sid") or ""), "email": str(user.get("email") or "")}
        for user in users
    ]
    return {
        "@platform": "gradescope",
        "@people": json.dumps(people, ensure_ascii=False),
        "@submission": str(metadata.get("id", "")),
        "@submitted_at": at.isoformat() if at else "",
        "@due_at": due.isoformat() if due else "",
    }


def _tests(exercise: ExerciseReport, place: int) -> list[dict[str, Any]]:
    if exercise.outcome == "missing":
        return [
            _test(
                f"{exercise.name}: {exercise.title}", f"{place}", 0.0, exercise.max_score, shown(exercise.fault or "")
            )
        ]
    return [_check(exercise, check, f"{place}.{at}") for at, check in enumerate(exercise.checks, 1)]


def _check(exercise: ExerciseReport, check: CheckReport, place: str) -> dict[str, Any]:
    name = f"{exercise.name}: {check.title}" + (" (bonus)" if check.bonus else "")
    passed = check.outcome == "passed"
    test = _test(name, place, check.score, check.max_score, "" if passed else said(check))
    if passed:
        test["status"] = "passed"
    elif check.outcome == "skipped":
        del test["status"]
    return test


def _test(name: str, place: str, score: float, most: float, output: str) -> dict[str, Any]:
    return {
        "name": name, "number": place, "score": score, "max_score": most, "status": "failed", "output": output,
        "output_format": "text", "visibility": "visible",
    }  # fmt: skip


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")
