"""The report's JSON: the names that others build on."""

from __future__ import annotations

import json

import pytest

from grader.report import CheckReport, ExerciseReport, Notice, Report, ReportError, dump, load


def a_report(**exercise: object) -> Report:
    """A report of one exercise with one failed check."""
    check = CheckReport(
        name="cost_printed",
        title="The cost",
        outcome="failed",
        score=0.0,
        max_score=2.0,
        scenario="varied",
        expected="$0.005892",
        observed="$0.004891",
        misconception="prices-swapped",
        message="m",
        hint="h",
        evidence=(12, 40),
    )
    one = ExerciseReport(
        name="exercise1",
        title="What",
        outcome="graded",
        score=8.0,
        max_score=10.0,
        checks=(check,),
        notices=(Notice(id="hard-coded-key", line=7, message="n"),),
        traces={"recorded": "traces/r"},
    )
    return Report(
        submission="alice",
        sha256="00",
        course="c",
        grader="1.0.0",
        seed=4711,
        sandbox="none",
        graded_at="2026-01-01T00:00:00Z",
        duration_s=0.4,
        score=8.0,
        max_score=10.0,
        bonus=0.0,
        exercises=(one,),
    )


def test_the_json_has_the_published_names() -> None:
    """Every field of the interface is there."""
    value = json.loads(dump(a_report()))
    assert value["schema"] == "grade/report/1"
    assert {"submission", "sha256", "course", "grader", "seed", "sandbox", "graded_at", "duration_s"} <= set(value)
    assert {"score", "max_score", "bonus", "exercises"} <= set(value)
    (exercise,) = value["exercises"]
    assert {"name", "title", "outcome", "score", "max_score", "bonus", "fault", "checks"} <= set(exercise)
    (check,) = exercise["checks"]
    assert {"name", "title", "outcome", "score", "max_score", "bonus", "scenario", "expected", "observed"} <= set(check)
    assert {"misconception", "message", "hint", "evidence"} <= set(check)
    assert check["evidence"] == [12, 40]
    assert exercise["notices"] == [{"id": "hard-coded-key", "line": 7, "message": "n"}]


def test_a_report_survives_its_json() -> None:
    """Written and read it is the same."""
    assert load(dump(a_report())) == a_report()
    assert load(dump(a_report(), indent=2)) == a_report()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "grade/report/9"}', '{"schema": "grade/report/1"}'])
def test_what_is_no_report_is_refused(text: str) -> None:
    """Another schema or other fields are one clear error."""
    with pytest.raises(ReportError):
        load(text)


def test_a_report_passes_when_every_check_with_points_does() -> None:
    """One failed check is enough to say no; no fault of ours is hidden."""
    assert not a_report().passed
    assert a_report().faults == ()
