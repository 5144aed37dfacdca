"""How long a class of any size takes on any number of workers: a simulation from costs that are measured here first.

`python -m tests.benchmarks.capacity [--sample N] [--submissions 100000] [--workers 64]` grades a drawn sample one at a
time, notes for each submission the processor seconds, the seconds that it only waited, and the bytes that come back,
times what the coordinator does with a grade, and then plays a cluster of one-processor workers with these.
`--save FILE` keeps the measurement, `--load FILE` plays from a kept one.

What is assumed: every worker has one processor as fast as this one and nothing else to do; a worker has 12 submissions
under way, whose computing shares its processor evenly; answers go one after the other through the scheduler and then
through the coordinator (`--scheduler-ms`, `--coordinator-ms`: what Dask takes, measured by `tests.benchmarks.cluster`);
workers start `--start-s` late, none is lost, and the network is never the limit: its load is printed instead.
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import itertools
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from grader.bulk.bench import UNDER_WAY, Bench, Orders
from grader.bulk.frames import Grade, frames_of, grade_frame, grade_of, submission_frame
from grader.bulk.intake import intake
from grader.bulk.outputs import write_page
from grader.bulk.rows import Key, Row
from grader.bulk.store import Store
from grader.course import Course
from grader.run.submission import Submission
from grader.sandbox.job import Limits
from grader.sandbox.tiers import Wanted, sealed
from tests.benchmarks.bulk import COURSE, HANGING, draw_class
from tests.benchmarks.cluster import spent_s


@dataclass(frozen=True)
class Cost:
    """What one submission takes: computing, waiting (for its time limit, most often), bytes out and back."""

    computing_s: float
    waiting_s: float
    sent_bytes: int
    answered_bytes: int


@dataclass(frozen=True)
class Measured:
    """The costs of a sample, and the processor seconds that the coordinator takes to keep one grade."""

    costs: tuple[Cost, ...]
    keeping_s: float

    @property
    def computing_s(self) -> float:
        """The mean."""
        return statistics.fmean(cost.computing_s for cost in self.costs)


@dataclass(frozen=True)
class Played:
    """How a simulated batch went; shares are of the time between the first and the last grade."""

    wall_s: float
    workers_busy: float
    coordinator_busy: float
    scheduler_busy: float
    network_mb_s: float


def measure(course: Course, submissions: Sequence[Submission], time_limit_s: float, seal: Wanted) -> Measured:
    """Grade a sample one at a time, and keep it as a batch does."""
    orders = Orders(tuple(course.exercise_names), 1, Limits(time_s=time_limit_s), seal)

    async def everything() -> list[tuple[Cost, Grade]]:
        launcher = await sealed(orders.seal)
        try:
            bench = Bench(course, launcher, orders)
            return [await one(bench, each) for each in submissions]
        finally:
            await launcher.close()

    async def one(bench: Bench, submission: Submission) -> tuple[Cost, Grade]:
        began, before_s = time.monotonic(), spent_s(os.getpid())
        grade = await bench.grade(submission)
        computing_s = max(0.0, spent_s(os.getpid()) - before_s)
        # Only what hangs is taken to wait: of the others, what was not computing was a busy machine.
        hangs = any(HANGING.encode() in content for content in submission.files.values())
        waiting_s = max(0.0, time.monotonic() - began - computing_s) if hangs else 0.0
        sent = len(submission_frame(submission))
        return Cost(computing_s, waiting_s, sent, len(grade_frame(grade))), grade

    found = asyncio.run(everything())
    return Measured(tuple(cost for cost, _ in found), _keeping_s([grade for _, grade in found]))


def _keeping_s(grades: Sequence[Grade]) -> float:
    with tempfile.TemporaryDirectory(prefix="grade-capacity-") as temporary, Store(Path(temporary)) as store:
        frames = [grade_frame(grade) for grade in grades]
        began = time.process_time()
        for frame in frames:
            ((said, rest),) = frames_of(frame)
            grade = grade_of(said, rest)
            write_page(Path(temporary) / f"{grade.name}.html", grade.page)
            key = Key("0" * 64, "c", "1", (), 10.0)
            store.put(Row(grade.name, grade.name, key, grade.report, traces=grade.traces))
        return (time.process_time() - began) / len(grades)


def play(
    measured: Measured, submissions: int, workers: int, *, scheduler_s: float, coordinator_s: float, start_s: float
) -> Played:
    """Play a batch: workers share their processors, answers queue at the scheduler and then at the coordinator."""
    keeping_s = measured.keeping_s + coordinator_s
    class_of = random.Random(1).choices(measured.costs, k=submissions)
    left = iter(class_of)
    cluster = [_Worker() for _ in range(workers)]
    events: list[tuple[float, int, int, int]] = []  # when, tie-breaker, worker, generation
    returns: list[tuple[float, int, int]] = []  # when a worker may have one more, tie-breaker, worker
    ties = itertools.count()
    scheduler_free_s = coordinator_free_s = last_s = start_s

    def plan(number: int, now_s: float) -> None:
        worker = cluster[number]
        worker.generation += 1
        if (at_s := worker.next_s(now_s)) is not None:
            heapq.heappush(events, (at_s, next(ties), number, worker.generation))

    for cost, number in zip(itertools.islice(left, UNDER_WAY * workers), itertools.cycle(range(workers)), strict=False):
        cluster[number].begin(start_s, cost)
    for number in range(workers):
        plan(number, start_s)
    while events or returns:
        if returns and (not events or returns[0][0] <= events[0][0]):
            now_s, _, number = heapq.heappop(returns)
            if (following := next(left, None)) is not None:
                cluster[number].begin(now_s, following)
                plan(number, now_s)
            continue
        now_s, _, number, generation = heapq.heappop(events)
        worker = cluster[number]
        if generation != worker.generation:
            continue
        for at_s in worker.done(now_s):
            scheduler_free_s = max(scheduler_free_s, at_s) + scheduler_s
            coordinator_free_s = max(coordinator_free_s, scheduler_free_s) + keeping_s
            last_s = max(last_s, coordinator_free_s)
            heapq.heappush(returns, (coordinator_free_s, next(ties), number))
        plan(number, now_s)
    span_s = max(last_s - start_s, 1e-9)
    return Played(
        wall_s=last_s,
        workers_busy=sum(cost.computing_s for cost in class_of) / workers / span_s,
        coordinator_busy=submissions * keeping_s / span_s,
        scheduler_busy=submissions * scheduler_s / span_s,
        network_mb_s=sum(cost.sent_bytes + cost.answered_bytes for cost in class_of) / span_s / 1e6,
    )


class _Worker:
    """A processor that its submissions share evenly; each computes first and waits then."""

    def __init__(self) -> None:
        self.generation = 0
        self._shared_s = 0.0  # what each of those that compute has had of the processor
        self._at_s = 0.0
        self._computing: list[tuple[float, int, float]] = []  # until it has had so much, tie-breaker, waits then
        self._waiting: list[float] = []
        self._count = 0

    def begin(self, now_s: float, cost: Cost) -> None:
        """Take a submission in."""
        self._go_on(now_s)
        self._count += 1
        heapq.heappush(self._computing, (self._shared_s + cost.computing_s, self._count, cost.waiting_s))

    def next_s(self, now_s: float) -> float | None:
        """Say when something happens next."""
        self._go_on(now_s)
        found = self._waiting[:1]
        if self._computing:
            found.append(now_s + (self._computing[0][0] - self._shared_s) * len(self._computing))
        return max(now_s, min(found)) if found else None

    def done(self, now_s: float) -> list[float]:
        """Take out what is done by now."""
        self._go_on(now_s)
        found = []
        while self._computing and self._computing[0][0] <= self._shared_s + 1e-9:
            _, _, waits_s = heapq.heappop(self._computing)
            heapq.heappush(self._waiting, now_s + waits_s)
        while self._waiting and self._waiting[0] <= now_s + 1e-9:
            found.append(heapq.heappop(self._waiting))
        return found

    def _go_on(self, now_s: float) -> None:
        if self._computing:
            self._shared_s += (now_s - self._at_s) / len(self._computing)
        self._at_s = now_s


def main() -> None:
    """Measure or load, play, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--submissions", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=64)
    parser.add_argument("--sandbox", default="auto")
    parser.add_argument("--time-limit", type=float, default=10.0)
    parser.add_argument("--scheduler-ms", type=float, default=3.0)
    parser.add_argument("--coordinator-ms", type=float, default=3.0)
    parser.add_argument("--start-s", type=float, default=20.0)
    parser.add_argument("--save", type=Path)
    parser.add_argument("--load", type=Path)
    options = parser.parse_args()
    if options.load:
        said = json.loads(options.load.read_text(encoding="utf-8"))
        measured = Measured(tuple(Cost(**cost) for cost in said["costs"]), said["keeping_s"])
    else:
        with tempfile.TemporaryDirectory(prefix="grade-class-") as temporary:
            draw_class(Path(temporary), options.sample)
            sample = [found.read() for found in intake(Path(temporary))]
        measured = measure(COURSE, sample, options.time_limit, options.sandbox)
    if options.save:
        options.save.write_text(json.dumps(asdict(measured)), encoding="utf-8")
    _say(measured)
    print("workers      hours   a second   workers busy   coordinator busy   scheduler busy   network")
    for workers in sorted({1, 8, 16, 32, 64, 128, 256, 512, options.workers}):
        played = play(
            measured,
            options.submissions,
            workers,
            scheduler_s=options.scheduler_ms / 1000,
            coordinator_s=options.coordinator_ms / 1000,
            start_s=options.start_s,
        )
        print(
            f"{workers:7} {played.wall_s / 3600:10.2f} {options.submissions / played.wall_s:10.1f} "
            f"{played.workers_busy:14.0%} {played.coordinator_busy:18.0%} {played.scheduler_busy:16.0%} "
            f"{played.network_mb_s:6.1f} MB/s"
        )


def _say(measured: Measured) -> None:
    costs = sorted(cost.computing_s for cost in measured.costs)
    tenths = ", ".join(f"{costs[min(len(costs) - 1, len(costs) * part // 10)]:.2f}" for part in (1, 5, 9))
    waiting = [cost.waiting_s for cost in measured.costs]
    print(
        f"{len(costs)} submissions: {measured.computing_s:.3f} processor seconds each (one in ten at most, half, nine "
        f"in ten: {tenths} s), {sum(each > 1 for each in waiting)} wait, {statistics.fmean(waiting):.2f} s on average;"
    )
    print(
        f"{statistics.fmean(c.sent_bytes for c in measured.costs) / 1000:.1f} kB sent, "
        f"{statistics.fmean(c.answered_bytes for c in measured.costs) / 1000:.1f} kB answered, "
        f"{1000 * measured.keeping_s:.1f} ms to keep one grade"
    )


if __name__ == "__main__":
    main()
