"""Which workers of a cluster are let in, and what is said of the others; without Dask."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from grader.bulk.bench import Orders
from grader.bulk.bundle import CourseBundle
from grader.bulk.cluster import entrance
from grader.bulk.cluster.admission import Batch, Ready, Refused
from grader.bulk.cluster.entrance import Enough, Entrance, Over, Went
from grader.bulk.cluster.errands import Errands
from grader.bulk.cluster.scheduler import Scheduler, SchedulerError
from grader.sandbox.job import Limits

GOOD, ALSO, BAD = "tcp://127.0.0.1:1", "tcp://127.0.0.1:2", "tcp://127.0.0.1:3"


class Hall:
    """A scheduler whose workers are what the test says, and what the entrance tells of them."""

    url = "tcp://127.0.0.1:8786"

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.there: dict[str, int] = {}
        self.answers: dict[str, Ready | Refused] = {}
        self.holds: dict[str, asyncio.Event] = {}
        self.over = False
        self.looked = 0
        self.told: asyncio.Queue[object] = asyncio.Queue()
        self.notices: list[str] = []
        self.errands = Errands(lambda reason: self.told.put_nowait(Over(reason)))
        batch = Batch("b", CourseBundle("course", {}), Orders((), 1, Limits()))
        self.entrance = Entrance(self, batch, self.errands, self.told.put_nowait, self.notices.append)  # type: ignore[arg-type]
        monkeypatch.setattr(entrance, "_LOOK_S", 0)
        monkeypatch.setattr(entrance, "admission", self.admission)

    async def threads(self) -> dict[str, int]:
        """Say who is there."""
        if self.over:
            raise SchedulerError("gone")
        self.looked += 1
        return dict(self.there)

    async def admission(self, _: Scheduler, address: str, threads: int, __: Batch) -> Ready | Refused:
        """Check a worker, once the test lets that end."""
        if address in self.holds:
            await self.holds[address].wait()
        return self.answers.get(address, Ready(address, threads, "mark", "landlock"))

    async def looks(self) -> None:
        """Wait until what is there now was seen, and checked where nothing holds that."""
        until = self.looked + 2
        while self.looked < until:
            await asyncio.sleep(0)

    def play(self, scene: Callable[[], object]) -> None:
        """Watch while a scene is played."""

        async def go() -> None:
            self.errands.begin("", self.entrance.watch())
            try:
                await asyncio.wait_for(scene(), 30)  # type: ignore[arg-type]
            finally:
                self.entrance.ended = True
                await self.errands.end()

        asyncio.run(go())


@pytest.fixture
def hall(monkeypatch: pytest.MonkeyPatch) -> Hall:
    """An empty hall."""
    return Hall(monkeypatch)


def test_nothing_may_be_sent_before_the_first_workers_are_checked(hall: Hall) -> None:
    """The entrance is closed until all that were there at first have answered, or are waited for no longer."""

    async def scene() -> None:
        hall.holds[ALSO] = asyncio.Event()
        hall.there = {GOOD: 2, ALSO: 1}
        assert await hall.told.get() == Ready(GOOD, 2, "mark", "landlock")
        assert hall.entrance.closed
        hall.holds[ALSO].set()
        assert await hall.told.get() == Ready(ALSO, 1, "mark", "landlock")
        assert not hall.entrance.closed and hall.entrance.seal == "landlock"

    hall.play(scene)


def test_workers_that_do_not_answer_are_waited_for_only_so_long(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are busy hold nobody up, and may come later."""
    monkeypatch.setattr(entrance, "_CHECK_S", 0.01)

    async def scene() -> None:
        hall.holds[GOOD] = asyncio.Event()
        hall.there = {GOOD: 1}
        assert await hall.told.get() == Enough() and not hall.entrance.closed
        hall.holds[GOOD].set()
        assert isinstance(await hall.told.get(), Ready)

    hall.play(scene)


def test_one_of_the_first_that_would_not_do_stops_the_batch(hall: Hall) -> None:
    """What is wrong with it is said with its address."""

    async def scene() -> None:
        hall.answers[BAD] = Refused(BAD, "has grader 9 there, 1 here.")
        hall.there = {BAD: 1}
        assert await hall.told.get() == Over(f"The worker {BAD} has grader 9 there, 1 here.")

    hall.play(scene)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Refused(BAD, "has grader 9 there, 1 here."), "has grader 9 there, 1 here."),
        (Ready(BAD, 1, "mark", "namespaces"), "seals programs by namespaces, others by landlock."),
    ],
)
def test_one_that_comes_later_and_would_not_do_is_left_out(hall: Hall, answer: Ready | Refused, said: str) -> None:
    """The batch goes on without it and says so once; when it goes, that is no death."""

    async def scene() -> None:
        hall.there = {GOOD: 1}
        await hall.told.get()
        hall.answers[BAD] = answer
        hall.there = {GOOD: 1, BAD: 1}
        await hall.looks()
        await hall.looks()
        assert [each for each in hall.notices if "waiting" not in each] == [f"The worker {BAD} {said} It is left out."]
        assert hall.told.empty() and hall.entrance.hopeful
        hall.there = {BAD: 1}
        assert await hall.told.get() == Went(GOOD, refused=False) and not hall.entrance.hopeful
        hall.there = {}
        assert await hall.told.get() == Went(BAD, refused=True)

    hall.play(scene)


def test_a_worker_that_is_gone_before_it_was_checked_is_not_let_in(hall: Hall) -> None:
    """Its answer counts for nothing; while it was being checked there was hope."""

    async def scene() -> None:
        hall.there = {GOOD: 1}
        await hall.told.get()
        hall.holds[ALSO] = asyncio.Event()
        hall.there = {ALSO: 1}
        assert await hall.told.get() == Went(GOOD, refused=False) and hall.entrance.hopeful
        hall.there = {GOOD: 1}
        assert await hall.told.get() == Went(ALSO, refused=False)
        hall.holds[ALSO].set()
        assert await hall.told.get() == Ready(GOOD, 1, "mark", "landlock")
        await hall.looks()
        assert hall.told.empty() and ALSO not in hall.entrance and hall.entrance.number == 1

    hall.play(scene)


def test_a_worker_that_was_taken_out_and_is_there_comes_anew(hall: Hall) -> None:
    """It is checked again and let in again."""

    async def scene() -> None:
        hall.there = {GOOD: 1}
        assert isinstance(await hall.told.get(), Ready)
        hall.entrance.forget(GOOD)
        assert isinstance(await hall.told.get(), Ready)

    hall.play(scene)


def test_a_scheduler_without_workers_is_said_once_and_one_that_is_gone_ends_the_batch(hall: Hall) -> None:
    """Who waits is told what for, also when all workers are gone again."""

    async def scene() -> None:
        await hall.looks()
        hall.there = {GOOD: 1}
        await hall.told.get()
        hall.there = {}
        assert isinstance(await hall.told.get(), Went)
        await hall.looks()
        assert len(hall.notices) == 2 and all("has no workers; waiting for one" in each for each in hall.notices)
        hall.over = True
        assert await hall.told.get() == Over("gone")

    hall.play(scene)


def test_a_fault_of_ours_in_what_runs_beside_ends_the_batch(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for an answer that does not come."""

    async def fails(*_: object) -> Ready:
        raise ValueError("a fault")

    monkeypatch.setattr(entrance, "admission", fails)

    async def scene() -> None:
        hall.there = {GOOD: 1}
        assert await hall.told.get() == Over("The cluster's part of the grader failed: ValueError: a fault.")

    hall.play(scene)


def test_an_open_address_is_warned_of_once(hall: Hall) -> None:
    """Loopback is not open; a second open address is no news."""
    for url in (hall.url, "tcp://192.0.2.1:1", "tcp://192.0.2.2:1"):
        hall.entrance.warn(url)
    (said,) = hall.notices
    assert said.startswith("tcp://192.0.2.1:1 is not sealed by TLS")
