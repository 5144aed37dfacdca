"""A place where submissions are graded, several at a time: one course, one launcher, one event loop. No globals.

Theory: submissions that hang must hold nobody up, and programs that compute must not crowd the processor. So many
submissions are under way, but only a few runs have a *place*; a run that takes longer than usual gives its place
back and goes on without one. It keeps its *room*, of which there are as many as programs may be alive: memory does not
grow when a busy machine makes every run take long. What a bench gives for a submission depends on the submission, the
course and the seed alone, never on its neighbours.
"""

from __future__ import annotations

import asyncio
import tempfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader import report as report_file
from grader import trace as trace_file
from grader.bulk.bundle import CourseBundle
from grader.bulk.frames import Grade
from grader.bulk.pages import page_of
from grader.bulk.processors import cores
from grader.checks import judged as judged_file
from grader.course import Course, Exercise
from grader.grading import Graded, faulty, grade, report_of
from grader.report import Report
from grader.run.session import Runner
from grader.run.submission import Submission
from grader.sandbox.job import Launcher, Limits
from grader.sandbox.tiers import Wanted, sealed
from grader.trace import Trace

UNDER_WAY = 16  # submissions at one bench: those that hang take up room, not time
_PLACES = 6  # runs that may compute at a time
_ROOMS = 32  # runs at a time, those that wait for their time limit among them
_USUAL_S = 1.5  # a run that takes longer is waiting for something, most often for its time limit
_AT_ONCE = 4  # runs of one submission
_COMPRESSION = 6


@dataclass(frozen=True)
class Size:
    """How much goes on at one bench: runs that may compute at a time, and programs that may be alive."""

    places: int = _PLACES
    rooms: int = _ROOMS

    @classmethod
    def of_one_in(cls, benches: int) -> Size:
        """Share what the processors of this machine can bear among more benches than there are processors."""
        share = min(1.0, cores() / benches)
        return cls(max(2, int(_PLACES * share)), max(_AT_ONCE, int(_ROOMS * share)))


@dataclass(frozen=True)
class Orders:
    """How a batch is graded: the same for every submission of it."""

    only: tuple[str, ...]
    seed: int
    limits: Limits
    seal: Wanted = "auto"
    twice: bool = False


@dataclass(frozen=True)
class _PacedRunner(Runner):
    """A runner whose runs take turns, as long as they are short."""

    places: asyncio.Semaphore
    rooms: asyncio.Semaphore

    async def run(self, exercise: Exercise, scenario: str, submission: Submission) -> Trace:
        async with self.rooms:
            place = _Place(self.places)
            await self.places.acquire()
            early = asyncio.get_running_loop().call_later(_USUAL_S, place.give_back)
            try:
                return await super().run(exercise, scenario, submission)
            finally:
                early.cancel()
                place.give_back()


class _Place:
    """A place that is given back once."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places: asyncio.Semaphore | None = places

    def give_back(self) -> None:
        if self._places is not None:
            self._places.release()
            self._places = None


class Bench:
    """Grades submissions with one launcher."""

    def __init__(self, course: Course, launcher: Launcher, orders: Orders, size: Size = Size()) -> None:
        self._course = course
        self._orders = orders
        self._launcher = launcher
        self._places = asyncio.Semaphore(size.places)
        self._rooms = asyncio.Semaphore(size.rooms)

    async def grade(self, submission: Submission) -> Grade:
        """Grade one submission, twice where ordered; what the grader fails at is in the report, never raised."""
        first = await self._once(submission)
        if not self._orders.twice:
            return packed(self._course, first)
        second = await self._once(submission)
        return packed(self._course, first, differences(first.report, second.report), runs=2)

    async def _once(self, submission: Submission) -> Graded:
        orders = self._orders
        runner = _PacedRunner(self._course, self._launcher, orders.limits, orders.seed, self._places, self._rooms)
        try:
            return await grade(runner, orders.only, submission, at_once=_AT_ONCE)
        except Exception as error:  # a fault of ours in one submission must not cost the others their grades
            reason = f"{type(error).__name__}: {error}"
            return failed(self._course, orders, submission, reason, self._launcher.seal)


def failed(course: Course, orders: Orders, submission: Submission, reason: str, seal: str) -> Graded:
    """Give the report of a submission at which the grader failed: nothing of it is counted."""
    exercises = [faulty(course.exercise(name), reason) for name in orders.only]
    return Graded(report_of(course, submission, exercises, seed=orders.seed, sandbox=seal, duration_s=0.0))


def packed(course: Course, graded: Graded, differs: tuple[str, ...] = (), *, runs: int = 1) -> Grade:
    """Make a grade of a report and its traces, ready to be kept: the report names the traces as the store does."""
    name = graded.report.submission
    exercises = tuple(
        replace(
            exercise,
            traces={s: f"grades.db:{name}/{exercise.name}/{s}" for s in graded.traces.get(exercise.name, {})},
        )
        for exercise in graded.report.exercises
    )
    report = replace(graded.report, exercises=exercises)
    traces = {
        (exercise, scenario): zlib.compress(trace_file.dump(trace).encode(), _COMPRESSION)
        for exercise, scenarios in graded.traces.items()
        for scenario, trace in scenarios.items()
    }
    judged = {
        exercise: zlib.compress(judged_file.dump(each).encode(), _COMPRESSION)
        for exercise, each in graded.judged.items()
    }
    page = page_of(course, report, lambda: graded.traces)
    return Grade(name, report_file.dump(report), traces, page.html, differs, runs, judged, page.drawings)


def differences(first: Report, second: Report) -> tuple[str, ...]:
    """Name the checks on which two runs of one submission do not agree."""
    found = []
    for one, other in zip(first.exercises, second.exercises, strict=True):
        if one.outcome != other.outcome:
            found.append(f"{one.name}: {one.outcome}, then {other.outcome}")
        others = {check.name: check for check in other.checks}
        for check in one.checks:
            again = others.get(check.name)
            if again is not None and (check.outcome, check.score) != (again.outcome, again.score):
                found.append(f"{one.name}.{check.name}: {check.outcome}, then {again.outcome}")
    return tuple(found)


def grade_batch(bundle: CourseBundle, submissions: Sequence[Submission], orders: Orders) -> list[Grade]:
    """Grade some submissions from nothing to grades, in their order: what another machine is asked to do."""

    async def everything(course: Course) -> list[Grade]:
        launcher = await sealed(orders.seal)
        try:
            bench = Bench(course, launcher, orders)
            return list(await asyncio.gather(*(bench.grade(each) for each in submissions)))
        finally:
            await launcher.close()

    with tempfile.TemporaryDirectory(prefix="grade-course-") as folder:
        return asyncio.run(everything(bundle.unpack(Path(folder))))
