"""What a batch does with what its workers answer, and with those that end; without Dask and without programs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from grader.bulk.bench import Orders
from grader.bulk.bundle import CourseBundle
from grader.bulk.cluster import engine, entrance
from grader.bulk.cluster.address import Address
from grader.bulk.cluster.admission import Batch, Ready, Refused
from grader.bulk.cluster.desk import Answer
from grader.bulk.frames import Grade, frames_of, grade_frame
from grader.bulk.pool import PoolError
from grader.course import Course
from grader.run.submission import Submission
from grader.sandbox.job import Limits
from tests.bulk.handed_in import COURSE

Does = Callable[[list[str]], Answer | None]  # a worker: from names to an answer; None ends it


class Fleet:
    """Workers that come one after the other, each once the one before has ended."""

    url = "tcp://127.0.0.1:8786"

    def __init__(self, workers: Sequence[Does], turns_to_check: int) -> None:
        self.workers = dict(zip("abcdefghijklmnopqrstuvwxyz", workers, strict=False))
        self.turns_to_check = turns_to_check

    async def __aenter__(self) -> Fleet:
        return self

    async def __aexit__(self, *_: object) -> None:
        return

    async def tell_all(self, *_: object) -> None:
        """Nobody is told anything."""

    async def threads(self) -> dict[str, int]:
        """Say who is there."""
        return dict.fromkeys(sorted(self.workers)[:1], 1)

    async def admission(self, _: object, address: str, threads: int, __: Batch) -> Ready | Refused:
        """Check the last of the workers for long, the others at once."""
        if len(self.workers) == 1:
            for _turn in range(self.turns_to_check):
                await asyncio.sleep(0)
        return Ready(address, threads, "mark", "landlock")

    async def ask(self, address: str, _: object, *arguments: Any) -> Answer:
        """Let a worker do what it does."""
        answer = self.workers[address]([said["grade"] for said, _rest in frames_of(arguments[-1])])
        if answer is None:
            del self.workers[address]
            await asyncio.Event().wait()
        assert answer is not None
        return answer


def grades(names: list[str]) -> Answer:
    """Grade everything."""
    return Answer(b"".join(grade_frame(Grade(name, "{}")) for name in names))


def ends(names: list[str]) -> None:
    """Take the worker down."""


def crashes(names: list[str]) -> Answer:
    """Take the grading process down, and no more."""
    return Answer(crashed="It said nothing.")


def play(monkeypatch: pytest.MonkeyPatch, number: int, *workers: Does, turns_to_check: int = 0) -> dict[str, str]:
    """Grade a class; give each submission's fault, or nothing where it has a grade."""
    fleet = Fleet(workers, turns_to_check)
    monkeypatch.setattr(engine, "Scheduler", lambda address: fleet)
    monkeypatch.setattr(engine, "_PATIENCE_S", 0.0)
    monkeypatch.setattr(entrance, "_LOOK_S", 0)
    monkeypatch.setattr(entrance, "admission", fleet.admission)
    kept: list[Grade] = []

    async def go() -> None:
        orders = Orders(("exercise1",), 1, Limits())
        bundle = CourseBundle("course", {})
        async with engine.Cluster(Address(fleet.url), Course(COURSE), bundle, orders, lambda text: None) as cluster:
            work = (Submission(str(each), {}) for each in range(number))
            await asyncio.wait_for(cluster.grade(work, kept.append), 30)

    asyncio.run(go())
    assert len({grade.name for grade in kept}) == len(kept) == number
    reports = {grade.name: json.loads(grade.report) for grade in kept}
    return {name: report["exercises"][0]["fault"] if report else "" for name, report in reports.items()}


def test_what_died_twice_is_given_up_when_no_worker_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """The batch ends with everybody else's grade, and the report says why this one has none."""
    found = play(monkeypatch, 1, ends, ends)
    assert "ended 2 times, and no other is left" in found["0"]


def test_a_worker_that_is_still_being_checked_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine is no reason to give up a submission that two workers were lost with."""
    assert play(monkeypatch, 1, ends, ends, grades, turns_to_check=200) == {"0": ""}


def test_a_desk_that_crashes_is_handed_the_same_again_until_it_is_convicted(monkeypatch: pytest.MonkeyPatch) -> None:
    """One process after the other ends over a submission; the station stays, and the others have their grades."""

    def deadly(names: list[str]) -> Answer:
        return crashes(names) if "1" in names else grades(names)

    found = play(monkeypatch, 3, deadly)
    assert found.pop("1").startswith("The worker that graded it ended 5 times") and found == {"0": "", "2": ""}


def test_workers_that_end_over_anything_end_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said that they do, and nothing is set aside for it."""
    with pytest.raises(PoolError, match="The workers of the cluster end by themselves"):
        play(monkeypatch, 40, *[ends] * 26)
