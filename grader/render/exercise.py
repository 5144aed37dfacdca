"""One exercise on the page: its checks, and the runs that they rest on. Views only; the templates lay them out."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from grader.course import Course
from grader.render.ledger import Ledger, ledger
from grader.render.states import STATES, State, next_step
from grader.report import CheckReport, ExerciseReport, Report
from grader.trace import ProcessExited, Trace


@dataclass(frozen=True)
class CheckPart:
    """One check: its report, its state, and the title of its mistake."""

    report: CheckReport
    state: State
    id: str
    mistakes: tuple[tuple[str, str], ...]
    waits_for: str


@dataclass(frozen=True)
class RunPart:
    """One run: what it was for, how it ended, its requests and its output."""

    id: str
    scenario: str
    ended: str
    ledger: Ledger
    stdout: str
    stderr: str


@dataclass(frozen=True)
class ExercisePart:
    """One exercise; `again` is the command that repeats it."""

    report: ExerciseReport
    checks: tuple[CheckPart, ...]
    step: CheckPart | None
    runs: tuple[RunPart, ...]
    again: str


def exercise_part(
    exercise: ExerciseReport, traces: Mapping[str, Trace], course: Course, report: Report
) -> ExercisePart:
    """Gather what the page says of one exercise."""
    titles = {check.name: check.title for check in exercise.checks}
    checks = tuple(_check(exercise, check, course, titles) for check in exercise.checks)
    step = next_step(exercise)
    return ExercisePart(
        exercise,
        checks,
        next((part for part in checks if part.report is step), None),
        tuple(_run(exercise, trace) for trace in traces.values()),
        again(report, exercise.name),
    )


def again(report: Report, exercise: str) -> str:
    """The command line that repeats a run with the same drawn numbers."""
    folder = "" if report.submission == "starter" else f" --submission {shlex.quote(report.submission)}"
    return f"python grade.py {exercise}{folder} --seed {report.seed}"


def _check(exercise: ExerciseReport, check: CheckReport, course: Course, titles: Mapping[str, str]) -> CheckPart:
    ids = dict.fromkeys((*([check.misconception] if check.misconception else []), *check.misconceptions))
    known = course.misconceptions
    return CheckPart(
        report=check,
        state=STATES[check.outcome],
        id=f"{exercise.name}-{check.name}",
        mistakes=tuple((each, known[each].title) for each in ids if each in known),
        waits_for=titles.get(check.because or "", ""),
    )


def _run(exercise: ExerciseReport, trace: Trace) -> RunPart:
    return RunPart(
        id=f"{exercise.name}-{trace.scenario}",
        scenario=trace.scenario,
        ended=_ended(trace.exit),
        ledger=ledger(trace),
        stdout=trace.stdout.decode("utf-8", "surrogateescape"),
        stderr=trace.stderr.decode("utf-8", "surrogateescape"),
    )


def _ended(exited: ProcessExited | None) -> str:
    if exited is None:
        return "no end was recorded"
    limits = {
        "time": "stopped at the time limit",
        "output": "stopped at the output limit",
        "memory": "stopped at the memory limit",
        "grader": "stopped by the grader",
    }
    if exited.because in limits:
        return limits[exited.because]
    return f"ended by signal {exited.signal}" if exited.signal is not None else f"exit status {exited.status}"
