"""Grades a submission against the real API: the same checks on one live run of each exercise.

Functions are called against the replay as usual: that costs nothing. What needs two runs with different numbers (values
that were typed in) or a planned answer (a text that is too long) cannot be judged live.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from grader.author.cleaning import cleaned
from grader.author.live import Account
from grader.course import Exercise
from grader.grading import Graded, faulty, missing, report_of
from grader.judge import judge
from grader.report import ExerciseReport
from grader.run.session import RunFault, Runner
from grader.run.submission import Submission
from grader.sandbox.job import Limits
from grader.trace import Trace

SCENARIO = "live"
LIMITS = Limits(time_s=120.0)  # a real model takes its time


async def grade_live(runner: Runner, names: Sequence[str], submission: Submission, account: Account) -> Graded:
    """Run each exercise once against the account's API and judge it; one after another, so that questions do, too."""
    started = time.monotonic()
    live = Runner(runner.course, runner.launcher, LIMITS, runner.seed, serves=account.serve)
    reports: list[ExerciseReport] = []
    traces: dict[str, dict[str, Trace]] = {}
    for name in names:
        exercise = as_live(runner.course.exercise(name))
        judged, traces[name] = await _exercise(live, exercise, submission)
        reports.append(judged)
    report = report_of(
        runner.course,
        submission,
        reports,
        seed=runner.seed,
        sandbox=runner.launcher.seal,
        duration_s=time.monotonic() - started,
    )
    return Graded(report, traces)


def as_live(exercise: Exercise) -> Exercise:
    """The exercise with one live scenario, and the checks that can be judged in it."""
    first = next(iter(exercise.scenarios.values()))
    checks = tuple(check for check in exercise.checks if not check.scenarios)
    kept = {check.name for check in checks}
    checks = tuple(check.model_copy(update={"needs": tuple(n for n in check.needs if n in kept)}) for check in checks)
    return exercise.model_copy(update={"scenarios": {SCENARIO: first}, "checks": checks})


async def _exercise(
    runner: Runner, exercise: Exercise, submission: Submission
) -> tuple[ExerciseReport, dict[str, Trace]]:
    if (absent := missing(exercise, submission, runner.course)) is not None:
        return absent, {}
    scenarios = [SCENARIO, *([Trace.FUNCTIONS] if exercise.functions or exercise.names else [])]
    try:
        traces = {scenario: cleaned(await runner.run(exercise, scenario, submission)) for scenario in scenarios}
    except RunFault as fault:
        return faulty(exercise, str(fault)), {}
    return judge(exercise, traces, runner.course), traces
