"""One submission from files to report: every scenario run, judged, and put together. The meeting of run and judge."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone

from grader import __version__
from grader.checks.judged import Judged
from grader.course import Course, Exercise
from grader.judge import verdicts_of
from grader.marks import reported
from grader.report import ExerciseReport, Report, not_there
from grader.run.misnamed import misnamed
from grader.run.session import RunFault, Runner
from grader.run.submission import Submission
from grader.trace import Trace


@dataclass(frozen=True)
class Graded:
    """A report, the traces that it rests on (by exercise and scenario), and the verdicts on them by exercise."""

    report: Report
    traces: Mapping[str, Mapping[str, Trace]] = field(default_factory=dict)
    judged: Mapping[str, Judged] = field(default_factory=dict)


async def grade(runner: Runner, names: Sequence[str], submission: Submission, *, at_once: int = 4) -> Graded:
    """Run and judge the named exercises of a submission; what the grader fails at is reported, not raised."""
    started = time.monotonic()
    places = asyncio.Semaphore(at_once)
    done = await asyncio.gather(
        *(_exercise(runner, runner.course.exercise(name), submission, places) for name in names)
    )
    report = report_of(
        runner.course,
        submission,
        [exercise for exercise, _, _ in done],
        seed=runner.seed,
        sandbox=runner.launcher.seal,
        duration_s=time.monotonic() - started,
    )
    return Graded(
        report,
        {exercise.name: traces for exercise, traces, _ in done},
        {exercise.name: judged for exercise, _, judged in done if judged is not None},
    )


def report_of(
    course: Course,
    submission: Submission,
    exercises: Sequence[ExerciseReport],
    *,
    seed: int,
    sandbox: str,
    duration_s: float,
) -> Report:
    """Put the exercises of one submission together."""
    return Report(
        submission=submission.name,
        sha256=submission.sha256,
        course=course.title,
        grader=__version__,
        seed=seed,
        sandbox=sandbox,
        graded_at=datetime.now(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z"),
        duration_s=round(duration_s, 3),
        score=sum(exercise.score for exercise in exercises),
        max_score=sum(exercise.max_score for exercise in exercises),
        bonus=sum(exercise.bonus for exercise in exercises),
        exercises=tuple(exercises),
    )


async def _exercise(
    runner: Runner, exercise: Exercise, submission: Submission, places: asyncio.Semaphore
) -> tuple[ExerciseReport, Mapping[str, Trace], Judged | None]:
    if (absent := missing(exercise, submission, runner.course)) is not None:
        return absent, {}, None

    async def run(scenario: str) -> Trace:
        async with places:
            return await runner.run(exercise, scenario, submission)

    scenarios = [*exercise.scenarios, *([Trace.FUNCTIONS] if exercise.functions or exercise.names else [])]
    try:
        traces = dict(zip(scenarios, await asyncio.gather(*map(run, scenarios)), strict=True))
    except RunFault as fault:
        return faulty(exercise, str(fault)), {}, None
    try:
        judged = verdicts_of(exercise, traces, runner.course)
        return reported(exercise, judged, runner.course), traces, judged
    except Exception as error:  # a fault of a check costs this exercise its mark, never the runs, nor the others theirs
        reason = f"A check failed on what was seen ({type(error).__name__}: {error}). Nothing was judged."
        return faulty(exercise, reason), traces, None


def missing(exercise: Exercise, submission: Submission, course: Course) -> ExerciseReport | None:
    """The report of an exercise whose file is not there or was rejected; None where it is there."""
    wanted = f"{exercise.name}.py"
    if wanted in submission.files:
        return None
    if wanted in submission.rejected:
        reason = f"{wanted} was not read: {submission.rejected[wanted]}."
    else:
        reason = not_there(exercise.name)
        if meant := misnamed(exercise.name, submission.files, course.exercise_names):
            reason += f" {meant}"
    return ExerciseReport(
        name=exercise.name,
        title=exercise.title,
        outcome="missing",
        score=0.0,
        max_score=float(exercise.max_score),
        fault=reason,
    )


def faulty(exercise: Exercise, reason: str) -> ExerciseReport:
    """The report of an exercise at which the grader itself failed: nothing is counted."""
    return ExerciseReport(
        name=exercise.name,
        title=exercise.title,
        outcome="error",
        score=0.0,
        max_score=float(exercise.max_score),
        fault=reason,
    )
