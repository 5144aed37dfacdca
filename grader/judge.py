"""Traces and an exercise make results: every check's word on every scenario, put together into one report.

Judging runs nothing and reads no clock: the same traces give the same report. What a check means stands in
`grader.checks`; here stands how verdicts become a mark.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace

from grader.checks.judged import Judged
from grader.checks.misconceptions import Named, crashed_after_output, named
from grader.checks.notices import notices
from grader.checks.verdict import Case, Verdict
from grader.checks.vocabulary import OF_ONE_STREAM, check_named
from grader.checks.words import fill_in, fill_in_hints
from grader.course import CheckSpec, Course, Exercise
from grader.report import CheckReport, ExerciseReport
from grader.trace import Trace

_SPEAKS_FIRST = ("failed", "skipped", "passed")
_MOST_STREAMS = 24  # of one run, when the one that passes most is looked for

Verdicts = dict[str, Verdict]  # by scenario, or by check


class IncompleteTraces(ValueError):  # noqa: N818  (the house says fault for what is the grader's own)
    """The traces of an exercise cannot be judged; the text says what is missing."""


def judge(exercise: Exercise, traces: Mapping[str, Trace], course: Course) -> ExerciseReport:
    """Judge an exercise by its traces: one for each scenario, and 'functions' where it has functions."""
    return reported(exercise, verdicts_of(exercise, traces, course), course)


def verdicts_of(
    exercise: Exercise, traces: Mapping[str, Trace], course: Course, only: Container[str] | None = None
) -> Judged:
    """Let every check, or only those of some names, speak of every scenario: what of judging needs the traces."""
    try:
        cases = _cases(exercise, traces, course)
    except IncompleteTraces as fault:
        return Judged(fault=str(fault))
    return Judged(
        {scenario: _verdicts(case, scenario, only) for scenario, case in cases.items()},
        notices(cases),
        any(len(_begun(case.trace)) > 1 for case in cases.values()),
    )


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


def _cases(exercise: Exercise, traces: Mapping[str, Trace], course: Course) -> dict[str, Case]:
    """One case a scenario; raise IncompleteTraces where a run is missing or has no end of its own."""
    wanted = [*exercise.scenarios, *([Trace.FUNCTIONS] if exercise.functions else [])]
    for scenario in wanted:
        trace = traces.get(scenario)
        if trace is None:
            raise IncompleteTraces(f"There is no trace of the run {scenario!r}. Nothing was judged.")
        if trace.exit is None or trace.exit.because == "grader":
            raise IncompleteTraces(f"The run {scenario!r} was not followed to its end. Nothing was judged.")
    functions = traces.get(Trace.FUNCTIONS)
    return {s: _with_stream(Case(traces[s], functions, exercise, course)) for s in exercise.scenarios}


def _faulty(exercise: Exercise, reason: str) -> ExerciseReport:
    return ExerciseReport(
        name=exercise.name,
        title=exercise.title,
        outcome="error",
        score=0.0,
        max_score=float(exercise.max_score),
        fault=reason,
    )


# ---------------------------------------------------------------- one scenario


def _with_stream(case: Case) -> Case:
    """Choose the streamed call that the checks judge: the one that passes most, by points; of equals the last."""
    specs = [spec for spec in case.exercise.checks if spec.check in OF_ONE_STREAM]
    begun = _begun(case.trace)
    if not specs or not begun:
        return case
    half = _MOST_STREAMS // 2
    kept = begun if len(begun) <= _MOST_STREAMS else begun[:half] + begun[-half:]
    if len(kept) == 1:
        return replace(case, stream=kept[0])

    def points(number: int) -> int:
        chosen = replace(case, stream=number)
        return sum(spec.points for spec in specs if check_named(spec.check)(chosen).outcome == "passed")

    return replace(case, stream=max(reversed(kept), key=points))


def _begun(trace: Trace) -> list[int]:
    return [message.number for message in trace.messages if message.stream is not None]


def _verdicts(case: Case, scenario: str, only: Container[str] | None) -> Verdicts:
    """The verdict of each check that is judged in a scenario, by the check's name."""
    return {
        spec.name: check_named(spec.check)(case)
        for spec in case.exercise.checks
        if scenario in case.exercise.scenarios_of(spec) and (only is None or spec.name in only)
    }


def _together(exercise: Exercise, scenario: str, found: Mapping[str, Verdict]) -> Mapping[str, Verdict]:
    """What one check's verdict on a scenario says in the light of all the others'."""
    by_check = {s.check: found[s.name] for s in exercise.checks if scenario in exercise.scenarios_of(s)}
    if not crashed_after_output(by_check):
        return found
    runs = next(spec.name for spec in exercise.checks if spec.check == "program.runs")
    return {**found, runs: found[runs].fitting("crash-after-output")}


# ---------------------------------------------------------------- all scenarios of one check


def _result(exercise: Exercise, spec: CheckSpec, verdicts: Verdicts, course: Course) -> CheckReport:
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
