"""A batch on a Dask cluster, from here: sends what `deal` gives to the workers, keeps what comes back.

Theory: as in the pool of one machine, one coroutine decides and everything that happens is an event in one queue: a
worker is ready or gone (`entrance` sees to that), a desk answered. Each desk has one exchange under way at a time, on
the worker that it belongs to, and is given more only once its answer is stored; its future is released then. So what
is in memory here is what is under way, and a writer that is slow slows the cluster down. Dask does not choose where a
submission runs and repeats nothing: whom a death makes suspect must be known here.
"""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from grader.bulk.bench import Orders, failed, packed
from grader.bulk.bundle import CourseBundle
from grader.bulk.cluster import station
from grader.bulk.cluster.address import Address
from grader.bulk.cluster.admission import Batch, Ready
from grader.bulk.cluster.deal import Aside, Deal, Desk
from grader.bulk.cluster.desk import Answer
from grader.bulk.cluster.entrance import Enough, Entrance, News, Over, Went
from grader.bulk.cluster.errands import Errands
from grader.bulk.cluster.scheduler import AskError, Scheduler, SchedulerError
from grader.bulk.frames import Grade, frames_of, grade_of, submission_frame
from grader.bulk.pool import PoolError
from grader.course import Course
from grader.run.submission import Submission
from grader.sandbox.job import Seal

_PATIENCE_S = 60.0  # for another worker to come when nothing is left but what seems to end workers
_IN_VAIN = 12  # deaths without a grade in between, besides one a worker: then it is not the submissions


@dataclass(frozen=True)
class _Answered:
    """A desk answered; without an answer, its station is not there any more, or the task failed."""

    desk: Desk
    answer: Answer | None
    failure: str = ""


class Cluster:
    """Grades submissions on a Dask cluster: `async with Cluster(...) as cluster: await cluster.grade(work, keep)`."""

    def __init__(
        self, address: Address, course: Course, bundle: CourseBundle, orders: Orders, notice: Callable[[str], None]
    ) -> None:
        self._course = course
        self._orders = orders
        self._scheduler = Scheduler(address)
        self._batch = Batch(uuid.uuid4().hex, bundle, orders)
        self._events: asyncio.Queue[News | _Answered] = asyncio.Queue()
        tell = self._events.put_nowait
        self._errands = Errands(lambda reason: tell(Over(reason)))
        self._entrance = Entrance(self._scheduler, self._batch, self._errands, tell, notice)
        self._marks: dict[str, str] = {}  # of the stations that are open, by address
        self._numbers = itertools.count(1)  # of exchanges
        self._free: dict[Desk, None] = {}  # in the order in which they asked
        self._last_words = ""

    @property
    def seal(self) -> Seal | None:
        """How programs are sealed, once a worker has said so."""
        return self._entrance.seal

    async def __aenter__(self) -> Cluster:
        self._entrance.warn(self._scheduler.url)
        try:
            await self._scheduler.__aenter__()
        except SchedulerError as error:
            raise PoolError(str(error)) from None
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await self._scheduler.tell_all(station.close_station, self._batch.name)
        finally:
            await self._scheduler.__aexit__()

    async def grade(self, work: Iterator[Submission], keep: Callable[[Grade], None]) -> None:
        """Grade everything that `work` gives and pass each grade to `keep`, as it comes; raise PoolError."""
        deal = Deal(work)
        self._errands.begin("", self._entrance.watch())
        try:
            while not deal.done:
                self._hand_out(deal, tuple(self._free))
                for aside in await self._next(deal, keep):
                    keep(self._set_aside(aside))
        finally:
            self._entrance.ended = True
            await self._errands.end()

    async def _next(self, deal: Deal, keep: Callable[[Grade], None]) -> list[Aside]:
        """Wait for the next event and act on it; give what is set aside by it."""
        event = await self._event(_PATIENCE_S if deal.stuck else None)
        asides: list[Aside] = []
        match event:
            case Ready():
                self._admit(deal, event)
            case Went(address, refused):
                deal.in_vain += address not in deal.stations and not refused  # it died of being asked
                asides = self._bury(deal, address)
            case _Answered():
                asides = self._answered(deal, event, keep)
            case Enough():
                pass
            case Over(reason):
                raise PoolError(reason)
            case None:
                asides = [] if self._entrance.hopeful else deal.give_up()
        if deal.in_vain > _IN_VAIN + self._entrance.number:
            raise PoolError(f"The workers of the cluster end by themselves: {self._last_words or 'they say nothing'}.")
        return asides

    async def _event(self, within_s: float | None) -> News | _Answered | None:
        """Wait for an event; None where none comes in time. (`asyncio.wait_for` may swallow a Ctrl-C before 3.12.)"""
        getting = asyncio.ensure_future(self._events.get())
        try:
            await asyncio.wait({getting}, timeout=within_s)
            return getting.result() if getting.done() else None
        finally:
            getting.cancel()

    def _admit(self, deal: Deal, event: Ready) -> None:
        if event.address not in self._entrance:  # gone meanwhile
            return
        self._marks[event.address] = event.mark
        for desk in deal.admit(event.address, event.desks).desks:
            self._free[desk] = None

    def _bury(self, deal: Deal, address: str) -> list[Aside]:
        """Take out a worker that is gone."""
        self._entrance.forget(address)
        self._errands.drop(address)
        if address not in deal.stations:
            return []
        for desk in deal.stations[address].desks:
            self._free.pop(desk, None)
        return deal.lost(address)

    def _hand_out(self, deal: Deal, free: Iterable[Desk]) -> None:
        if self._entrance.closed:
            return
        for desk, submissions in deal.hand_out(free).items():
            self._free.pop(desk, None)
            self._exchange(desk, submissions)

    def _exchange(self, desk: Desk, submissions: Iterable[Submission]) -> None:
        frames = b"".join(map(submission_frame, submissions))
        self._errands.begin(desk.station.address, self._exchanged(desk, frames))

    async def _exchanged(self, desk: Desk, frames: bytes) -> None:
        address = desk.station.address
        request = self._batch.name, self._marks[address], desk.number, next(self._numbers), frames
        answer, failure = None, ""
        try:
            answer = await self._scheduler.ask(address, station.exchange, *request)
        except AskError as error:
            failure = str(error)
        self._events.put_nowait(_Answered(desk, answer, failure))

    def _answered(self, deal: Deal, event: _Answered, keep: Callable[[Grade], None]) -> list[Aside]:
        desk = event.desk
        if deal.stations.get(desk.station.address) is not desk.station:  # what it had is given out again already
            return []
        if event.answer is None:
            self._last_words = event.failure or self._last_words
            return self._bury(deal, desk.station.address)  # where the worker is there all the same, it comes anew
        asides = []
        for said, rest in frames_of(event.answer.frames):
            name = said["graded"] if "graded" in said else said["failed"]
            submission = deal.graded(desk, name)
            if submission is not None and "failed" in said:
                asides.append(Aside(submission, said["reason"]))
            elif submission is not None:
                keep(grade_of(said, rest))
        if event.answer.crashed is not None:
            self._last_words = event.answer.crashed
            asides += deal.crashed(desk)
        if desk.under_way:  # it is asked for the rest also where it gets nothing new
            self._exchange(desk, deal.hand_out([desk]).get(desk, []))
        else:
            self._free[desk] = None
        return asides

    def _set_aside(self, aside: Aside) -> Grade:
        """Give a submission the report of a fault of ours."""
        graded = failed(self._course, self._orders, aside.submission, aside.reason, self.seal or "none")
        return packed(self._course, graded)
