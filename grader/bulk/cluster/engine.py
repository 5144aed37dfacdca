"""A batch on a Dask cluster, from here: connects, checks who grades, sends what `deal` gives, keeps what comes back.

Theory: as in the pool of one machine, one coroutine decides and everything that happens is an event in one queue: a
worker came or went, a worker is ready or refused, a desk answered. Each desk has one task under way at a time, on the
worker that it belongs to, and is given more only once its answer is stored; its future is released then. So what is in
memory here is what is under way, and a writer that is slow slows the cluster down. Dask does not choose where a
submission runs and repeats nothing: whom a death makes suspect must be known here.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any

from grader.bulk.bench import Orders, failed, packed
from grader.bulk.bundle import CourseBundle
from grader.bulk.cluster import station
from grader.bulk.cluster.address import Address, is_open, warning
from grader.bulk.cluster.admission import Batch, Ready, Refused, admission
from grader.bulk.cluster.deal import Aside, Deal, Desk, Station
from grader.bulk.cluster.desk import Answer
from grader.bulk.cluster.scheduler import AskError, Scheduler, SchedulerError, one_line
from grader.bulk.frames import Grade, frames_of, grade_of, submission_frame
from grader.bulk.pool import PoolError
from grader.course import Course
from grader.run.submission import Submission
from grader.sandbox.job import Seal

_LOOK_S = 0.3  # between two looks at which workers there are
_PATIENCE_S = 30.0  # for another worker to come when nothing is left but what seems to end workers
_CHECK_S = 60.0  # for the workers that are there at first to be checked; those that are busy may come later
_LAST_S = 5.0  # for what is under way to be cancelled
_IN_VAIN = 12  # deaths without a grade in between, besides one a worker: then it is not the submissions


@dataclass(frozen=True)
class _Came:
    """A worker is there that was not."""

    address: str
    threads: int


@dataclass(frozen=True)
class _Went:
    """A worker is not there any more."""

    address: str


@dataclass(frozen=True)
class _Answered:
    """A desk answered; without an answer, its station is not there any more, or the task failed."""

    desk: Desk
    answer: Answer | None
    failure: str = ""


@dataclass(frozen=True)
class _Over:
    """The scheduler is not there any more."""

    reason: str


@dataclass(frozen=True)
class _Enough:
    """Workers that have not answered yet are waited for no longer; they may still come."""


_Event = _Came | _Went | Ready | Refused | _Answered | _Enough | _Over


@dataclass
class _Worker:
    """What is known of a worker's address."""

    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    mark: str = ""
    number: int = 0  # of the latest exchange
    refused: bool = False


class Cluster:
    """Grades submissions on a Dask cluster: `async with Cluster(...) as cluster: await cluster.grade(work, keep)`."""

    def __init__(
        self, address: Address, course: Course, bundle: CourseBundle, orders: Orders, notice: Callable[[str], None]
    ) -> None:
        self._address = address
        self._course = course
        self._orders = orders
        self._notice = notice
        self._scheduler = Scheduler(address)
        self._batch = Batch(uuid.uuid4().hex, bundle, orders)
        self._events: asyncio.Queue[_Event] = asyncio.Queue()
        self._workers: dict[str, _Worker] = {}
        self._free: dict[Desk, None] = {}  # in the order in which they asked
        self._checking: set[str] = set()  # nothing is sent before these are checked
        self._warned = False
        self._ended = False
        self._last_words = ""
        self.seal: Seal | None = None

    async def __aenter__(self) -> Cluster:
        if is_open(self._address.url):
            self._warn(self._address.url)
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
        watching = asyncio.ensure_future(self._watch())
        try:
            while not deal.done:
                self._hand_out(deal)
                for aside in await self._next(deal, keep):
                    keep(self._set_aside(aside))
        finally:
            self._ended = True
            watching.cancel()
            tasks = [watching, *(task for worker in self._workers.values() for task in worker.tasks)]
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=_LAST_S)

    async def _next(self, deal: Deal, keep: Callable[[Grade], None]) -> list[Aside]:
        """Wait for the next event and act on it; give what is set aside by it."""
        patience = None if deal.stations or not deal.only_last else _PATIENCE_S
        event = await self._event(patience)
        asides: list[Aside] = []
        match event:
            case _Came():
                self._come(event)
            case _Went(address):
                asides = self._bury(deal, address)
            case Ready():
                self._admit(deal, event)
            case Refused(address, reason):
                self._refuse(deal, address, reason)
            case _Answered():
                asides = self._answered(deal, event, keep)
            case _Enough():
                self._checking.clear()
            case _Over(reason):
                raise PoolError(reason)
            case None:
                asides = deal.give_up()
        if deal.in_vain > _IN_VAIN + len(self._workers):
            raise PoolError(f"The workers of the cluster end by themselves: {self._last_words or 'they say nothing'}.")
        return asides

    async def _event(self, within_s: float | None) -> _Event | None:
        """Wait for an event; None where none comes in time. (`asyncio.wait_for` may swallow a Ctrl-C before 3.12.)"""
        getting = asyncio.ensure_future(self._events.get())
        try:
            await asyncio.wait({getting}, timeout=within_s)
            return getting.result() if getting.done() else None
        finally:
            getting.cancel()

    async def _watch(self) -> None:
        """Look again and again which workers there are."""
        known: dict[str, int] = {}
        waiting = False
        while not self._ended:  # being cancelled can get lost in Dask and in asyncio
            try:
                found = await self._scheduler.threads()
            except SchedulerError as error:
                self._events.put_nowait(_Over(str(error)))
                return
            known = {address: threads for address, threads in known.items() if address in self._workers}
            if not known and found:
                self._checking |= set(found)
                asyncio.get_running_loop().call_later(_CHECK_S, self._events.put_nowait, _Enough())
            for address in known.keys() - found.keys():
                self._events.put_nowait(_Went(address))
            for address in found.keys() - known.keys():
                self._workers[address] = _Worker()
                self._events.put_nowait(_Came(address, found[address]))
            known = found
            if not found and not waiting:
                self._notice(f"The scheduler at {self._scheduler.url} has no workers; waiting for one (Ctrl-C stops).")
            waiting = not found
            await asyncio.sleep(_LOOK_S)

    def _come(self, event: _Came) -> None:
        if is_open(event.address):
            self._warn(event.address)
        self._begin(event.address, self._check(event))

    async def _check(self, event: _Came) -> None:
        self._events.put_nowait(await admission(self._scheduler, event.address, event.threads, self._batch))

    def _admit(self, deal: Deal, event: Ready) -> None:
        worker = self._workers.get(event.address)
        if worker is None:  # gone meanwhile
            return
        if self.seal not in (None, event.seal):
            self._refuse(deal, event.address, f"seals programs by {event.seal}, others by {self.seal}.")
            return
        self._checking.discard(event.address)
        self.seal = event.seal  # type: ignore[assignment]  # a worker says it as text
        worker.mark = event.mark
        for desk in deal.admit(event.address, event.desks).desks:
            self._free[desk] = None

    def _refuse(self, deal: Deal, address: str, reason: str) -> None:
        """Leave a worker out: all of the batch where it is there from the beginning, the worker where it came later."""
        text = f"The worker {address} {reason}"
        if address in self._checking:
            raise PoolError(text)
        if address in self._workers:
            self._workers[address].refused = True
        self._notice(f"{text} It is left out.")

    def _bury(self, deal: Deal, address: str) -> list[Aside]:
        """Take out a worker that is gone."""
        self._checking.discard(address)
        worker = self._workers.pop(address, None)
        for task in worker.tasks if worker else ():
            task.cancel()
        if address not in deal.stations:
            deal.in_vain += worker is not None and not worker.refused  # it died of being asked
            return []
        for desk in deal.stations[address].desks:
            self._free.pop(desk, None)
        return deal.lost(address)

    def _hand_out(self, deal: Deal) -> None:
        if self._checking:
            return
        for desk, submissions in deal.hand_out(tuple(self._free)).items():
            del self._free[desk]
            self._exchange(desk, b"".join(map(submission_frame, submissions)))

    def _exchange(self, desk: Desk, frames: bytes) -> None:
        worker = self._workers[desk.station.address]
        worker.number += 1
        self._begin(desk.station.address, self._exchanged(desk, worker.mark, worker.number, frames))

    async def _exchanged(self, desk: Desk, mark: str, number: int, frames: bytes) -> None:
        answer, failure = None, ""
        try:
            answer = await self._scheduler.ask(
                desk.station.address, station.exchange, self._batch.name, mark, desk.number, number, frames
            )
        except AskError as error:
            failure = str(error)
        self._events.put_nowait(_Answered(desk, answer, failure))

    def _answered(self, deal: Deal, event: _Answered, keep: Callable[[Grade], None]) -> list[Aside]:
        desk = event.desk
        if not self._is_there(deal, desk.station):  # what it had is given out again, or graded, already
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
        if desk.under_way:
            self._free.pop(desk, None)
            given = deal.hand_out([desk]).get(desk, [])
            self._exchange(desk, b"".join(map(submission_frame, given)))
        else:
            self._free[desk] = None
        return asides

    @staticmethod
    def _is_there(deal: Deal, station: Station) -> bool:
        return deal.stations.get(station.address) is station

    def _set_aside(self, aside: Aside) -> Grade:
        """Give a submission the report of a fault of ours."""
        graded = failed(self._course, self._orders, aside.submission, aside.reason, self.seal or "none")
        return packed(self._course, graded)

    def _begin(self, address: str, doing: Coroutine[Any, Any, None]) -> None:
        worker = self._workers.get(address)
        if worker is None:
            doing.close()
            return
        task = asyncio.ensure_future(doing)
        worker.tasks.add(task)
        task.add_done_callback(worker.tasks.discard)
        task.add_done_callback(self._ended_by)

    def _ended_by(self, task: asyncio.Task[None]) -> None:
        """Let no fault of ours leave the batch waiting."""
        if not task.cancelled() and (error := task.exception()) is not None:
            self._events.put_nowait(_Over(f"The cluster's part of the grader failed: {one_line(error)}."))

    def _warn(self, url: str) -> None:
        if not self._warned:
            self._warned = True
            self._notice(warning(url))
