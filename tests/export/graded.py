"""Graded classes without a run: reports made by hand, kept as bulk keeps them, exported as a person would."""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path

from grader import report as report_file
from grader.bulk.intake import Found, take_in
from grader.bulk.rows import Key, Row
from grader.bulk.store import Store
from grader.cli import main
from grader.report import CheckReport, ExerciseReport, Report

EVIL = "<script>alert(1)</script> =HYPERLINK(1) \x00\x1b[31m {{ 7*7 }}"


def report(name: str, points: float = 8.0, *, outcome: str = "graded", message: str = EVIL) -> Report:
    """A report of one exercise of ten points and a bonus point; what is missing of ten failed in one check."""
    checks = (
        CheckReport(name="runs", title="The program runs", outcome="passed", score=1.0, max_score=1.0),
        CheckReport(
            name="cost_printed",
            title="The cost is printed",
            outcome="failed" if points < 10 else "passed",
            score=points - 1,
            max_score=9.0,
            message=message if points < 10 else "",
            misconception="prices-swapped" if points < 10 else None,
        ),
        CheckReport(name="extra", title="More", outcome="skipped", score=0.0, max_score=1.0, bonus=True),
    )
    exercise = ExerciseReport(
        name="exercise1",
        title="What did that call cost?",
        outcome=outcome,  # type: ignore[arg-type]
        score=points if outcome == "graded" else 0.0,
        max_score=10.0,
        fault=None if outcome == "graded" else "There is no exercise1.py in the submission.",
        checks=checks if outcome == "graded" else (),
    )
    return Report(
        submission=name, sha256="0", course="c", grader="1", seed=1, sandbox="none", graded_at="2026-11-21T00:00:00Z",
        duration_s=0.5, score=exercise.score, max_score=10.0, bonus=0.0, exercises=(exercise,),
    )  # fmt: skip


def keep(out: Path, submissions: Path, points: Mapping[str, float] | None = None) -> list[Found]:
    """Take a class in and keep a made-up grade of each: by the name of its row, else 8; -1: the grader failed."""
    found = list(take_in(submissions).found)
    (out / "reports").mkdir(parents=True, exist_ok=True)
    with Store(out) as store:
        for place, each in enumerate(found):
            given = (points or {}).get(each.name, 8.0)
            made = report(each.name, outcome="missing" if each.problem else "error" if given < 0 else "graded")
            if each.problem:
                made = replace(made, exercises=tuple(replace(e, fault=each.problem) for e in made.exercises))
            elif given >= 0:
                made = report(each.name, given)
            key = Key("0", "c", "1", ("exercise1",), 5.0)
            text = report_file.dump(made)
            store.put(Row(each.name, each.student, key, text, each.late, each.mapping, place=place))
            (out / "reports" / f"{each.name}.html").write_text(f"<p>page of {each.name}</p>", encoding="utf-8")
    return found


def course(folder: Path, lateness: str = "") -> Path:
    """A copy of the course's main file with a policy for lateness; exporting reads no more of it."""
    original = Path(__file__).parents[2] / "course" / "course.yaml"
    text = original.read_text(encoding="utf-8").split("\nlateness:")[0]
    (folder / "course").mkdir(parents=True, exist_ok=True)
    (folder / "course" / "course.yaml").write_text(f"{text}\n{lateness}", encoding="utf-8")
    return folder / "course"


def export(out: Path, *arguments: str) -> tuple[int, str]:
    """Run the command; give its status and everything it said, on one line."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        status = main(["export", str(out), *arguments])
    return status, " ".join(said.getvalue().split())


__all__ = ["EVIL", "course", "export", "keep", "report"]
