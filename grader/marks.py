"""Verdicts become a mark: all scenarios of a check put together, points, and the course's words. Reads no trace.

What a check says of one scenario stands in `grader.checks`, who asks it in `grader.judge`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from grader.checks.judged import Judged
from grader.checks.misconceptions import Named, crashed_after_output, named
from grader.checks.verdict import Verdict
from grader.checks.words import fill_in, fill_in_hints
from grader.course import CheckSpec, Course, Exercise
from grader.report import CheckReport, ExerciseReport
from grader.trace import Trace

_SPEAKS_FIRST = ("failed", "skipped", "passed")


def reported(exercise: Exercise, judged: Judged, course: Course) -> ExerciseReport:
    """Make verdicts a report: points, and the course's words."""
    if judged.fault:
        return _faulty(exercise, judged.fault)
    every = {scenario: _together(exercise, scenario, found) for scenario, found in judged.verdicts.items()}
    reports: list[CheckReport] = []
    for spec in exercise.checks:
        verdicts = {scenario: every[scenario][spec.name] for scenario in exercise.scenarios_of(spec)}
        obstacle = next((r for r in reports if r.name in spec.needs and r.outcome != "passed"), None)
        if obstacle is not None:
            reports.append(_in_the_way(spec, obstacle))
        else:
            reports.append(_result(exercise, spec, verdicts, course))
    return ExerciseReport(
        name=exercise.name,
        title=exercise.title,
        outcome="graded",
        score=sum(report.score for report in reports if not report.bonus),
        max_score=float(exercise.max_score),
        bonus=sum(report.score for report in reports if report.bonus),
        checks=tuple(reports),
        notices=judged.notices,
    )


def _faulty(exercise: Exercise, reason: str) -> ExerciseReport:
    return ExerciseReport(
        name=exercise.name,
        title=exercise.title,
        outcome="error",
        score=0.0,
        max_score=float(exercise.max_score),
        fault=reason,
    )


def _together(exercise: Exercise, scenario: str, found: Mapping[str, Verdict]) -> Mapping[str, Verdict]:
    """What one check's verdict on a scenario says in the light of all the others'."""
    by_check = {s.check: found[s.name] for s in exercise.checks if scenario in exercise.scenarios_of(s)}
    if not crashed_after_output(by_check):
        return found
    runs = next(spec.name for spec in exercise.checks if spec.check == "program.runs")
    return {**found, runs: found[runs].fitting("crash-after-output")}


def _result(exercise: Exercise, spec: CheckSpec, verdicts: Mapping[str, Verdict], course: Course) -> CheckReport:
    """Put the verdicts of one check together: failed beats skipped beats passed, and the first of them speaks."""
    speaking = min(verdicts, key=lambda scenario: _SPEAKS_FIRST.index(verdicts[scenario].outcome))
    verdict = verdicts[speaking]
    report = CheckReport(
        name=spec.name,
        title=spec.title,
        outcome=verdict.outcome,
        score=float(spec.points) if verdict.outcome == "passed" else 0.0,
        max_score=float(spec.points),
        bonus=spec.bonus,
        scenario=Trace.FUNCTIONS if verdict.of_functions else speaking,
        expected=verdict.expected,
        observed=verdict.observed,
        message=verdict.message,
        rationale=spec.rationale,
        lesson=spec.lesson,
        because=verdict.because or None,
        evidence=tuple(dict.fromkeys(verdict.evidence)),
        facts=_facts(exercise, verdict, speaking),
    )
    return _in_words(report, spec, named(spec.check, verdicts), course) if verdict.outcome == "failed" else report


def _facts(exercise: Exercise, verdict: Verdict, scenario: str) -> dict[str, str]:
    own = {
        "observed": verdict.observed,
        "expected": verdict.expected,
        "program": f"{exercise.name}.py",
        "scenario": scenario,
        "exercise": exercise.name,
    }
    # A check may say a part of what was observed or expected in other words for the hints.
    return own | dict(verdict.facts)


def _in_words(report: CheckReport, spec: CheckSpec, found: Named, course: Course) -> CheckReport:
    """Say a failed check in the words of its misconception, or in its own where none is recognised."""
    facts = {**report.facts, **found.facts}
    known = [course.misconceptions[name] for name in found.ids if name in course.misconceptions]
    message = report.message
    hints = spec.hints
    if known:
        message = fill_in(known[0].finding, facts)
        hints = known[0].hints
    if len(known) > 1:
        message += " It also fits: " + "; ".join(each.title for each in known[1:]) + "."
    filled = fill_in_hints(hints, facts)
    return replace(
        report,
        misconception=found.ids[0] if found.ids else None,
        misconceptions=found.ids,
        message=message,
        hint=filled[0],
        hints=filled,
        facts=facts,
    )


def _in_the_way(spec: CheckSpec, obstacle: CheckReport) -> CheckReport:
    """Report a check that is not judged because one that it needs did not pass."""
    return CheckReport(
        name=spec.name,
        title=spec.title,
        outcome="skipped",
        score=0.0,
        max_score=float(spec.points),
        bonus=spec.bonus,
        message=f"Not judged, because `{obstacle.name}` has not passed.",
        rationale=spec.rationale,
        lesson=spec.lesson,
        because=obstacle.name,
    )
