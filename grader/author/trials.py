"""Grades many small programs in one go: one warm launcher, several runs at once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.course import Course
from grader.grading import Graded, grade
from grader.run.session import Runner
from grader.run.submission import Submission
from grader.sandbox.job import Launcher, Limits
from grader.sandbox.tiers import unsealed

AT_ONCE = os.cpu_count() or 2  # each runs its scenarios at once; more of them at a time cost more and end no sooner
LIMITS = Limits()
_ENDLESS_AT_ONCE = 8  # they mostly sleep


@dataclass(frozen=True)
class Trial:
    """One exercise of one program, to be graded; `endless` ones are known to run until they are ended."""

    exercise: str
    files: Mapping[str, bytes]
    time_s: float = LIMITS.time_s
    endless: bool = False


def grade_all(
    course: Course,
    trials: Sequence[Trial],
    seed: int,
    *,
    done: Callable[[int], None] = lambda number: None,
    at_once: int = AT_ONCE,
) -> list[Graded]:
    """Grade every program, in the order given; `done` hears how many are graded."""
    return asyncio.run(_grade_all(course, trials, seed, done, at_once))


async def _grade_all(
    course: Course, trials: Sequence[Trial], seed: int, done: Callable[[int], None], at_once: int
) -> list[Graded]:
    launcher = unsealed()
    # Programs that never end have places of their own: they cost time, and hardly any work.
    places = {False: asyncio.Semaphore(at_once), True: asyncio.Semaphore(_ENDLESS_AT_ONCE)}
    finished = 0

    async def one(trial: Trial, launcher: Launcher) -> Graded:
        nonlocal finished
        async with places[trial.endless]:
            runner = Runner(course, launcher, replace(LIMITS, time_s=trial.time_s), seed)
            graded = await grade(runner, [trial.exercise], Submission(trial.exercise, trial.files))
        finished += 1
        done(finished)
        return graded

    try:
        return list(await asyncio.gather(*(one(trial, launcher) for trial in trials)))
    finally:
        await launcher.close()
