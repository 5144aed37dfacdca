"""Traces and an exercise make verdicts: every check's word on every scenario.

Judging runs nothing and reads no clock: the same traces give the same verdicts. What a check means stands in
`grader.checks`, how verdicts become a mark in `grader.marks`.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from grader.checks.judged import Judged
from grader.checks.kinds import OF_ONE_STREAM
from grader.checks.notices import notices
from grader.checks.verdict import Case, Verdict
from grader.checks.vocabulary import check_named
from grader.course import Course, Exercise
from grader.marks import reported
from grader.report import ExerciseReport
from grader.trace import Trace

_MOST_STREAMS = 24  # of one run, when the one that passes most is looked for

Verdicts = dict[str, Verdict]  # by scenario, or by check


class IncompleteTraces(ValueError):  # noqa: N818  (the house says fault for what is the grader's own)
    """The traces of an exercise cannot be judged; the text says what is missing."""


def judge(exercise: Exercise, traces: Mapping[str, Trace], course: Course) -> ExerciseReport:
    """Judge an exercise by its traces: one for each scenario, and 'functions' where it has functions."""
    return reported(exercise, verdicts_of(exercise, traces, course), course)


def verdicts_of(exercise: Exercise, traces: Mapping[str, Trace], course: Course) -> Judged:
    """Let every check speak of every scenario: what of judging needs the traces."""
    try:
        cases = _cases(exercise, tuple(exercise.scenarios), traces, course)
    except IncompleteTraces as fault:
        return Judged(fault=str(fault))
    return Judged(
        {scenario: _verdicts(case, scenario) for scenario, case in cases.items()},
        notices(cases),
        any(len(_begun(case.trace)) > 1 for case in cases.values()),
    )


def verdicts_again(
    exercise: Exercise, traces: Mapping[str, Trace], course: Course, only: Container[str], earlier: Judged
) -> Judged:
    """Let the checks of some names speak of the same traces again, beside what all have said of them `earlier`.

    Where a run has several streams, the points of all checks choose the one that is judged, so all speak again.
    """
    if earlier.fault or earlier.several_streams:
        return verdicts_of(exercise, traces, course)
    again = [spec for spec in exercise.checks if spec.name in only]
    asked = {scenario for spec in again for scenario in exercise.scenarios_of(spec)}
    try:
        cases = _cases(exercise, tuple(s for s in exercise.scenarios if s in asked), traces, course)
    except IncompleteTraces as fault:
        return Judged(fault=str(fault))
    found = {scenario: _verdicts(case, scenario, only) for scenario, case in cases.items()}
    every = {s: {**earlier.verdicts.get(s, {}), **found.get(s, {})} for s in exercise.scenarios}
    return replace(earlier, verdicts=every)


def _cases(
    exercise: Exercise, scenarios: Sequence[str], traces: Mapping[str, Trace], course: Course
) -> dict[str, Case]:
    """One case a scenario; raise IncompleteTraces where a run is missing or has no end of its own."""
    wanted = [*scenarios, *([Trace.FUNCTIONS] if exercise.functions else [])]
    for scenario in wanted:
        trace = traces.get(scenario)
        if trace is None:
            raise IncompleteTraces(f"There is no trace of the run {scenario!r}. Nothing was judged.")
        if trace.exit is None or trace.exit.because == "grader":
            raise IncompleteTraces(f"The run {scenario!r} was not followed to its end. Nothing was judged.")
    functions = traces.get(Trace.FUNCTIONS)
    return {s: _with_stream(Case(traces[s], functions, exercise, course)) for s in scenarios}


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


def _verdicts(case: Case, scenario: str, only: Container[str] | None = None) -> Verdicts:
    """The verdict of each check that is judged in a scenario, by the check's name."""
    return {
        spec.name: check_named(spec.check)(case)
        for spec in case.exercise.checks
        if scenario in case.exercise.scenarios_of(spec) and (only is None or spec.name in only)
    }
