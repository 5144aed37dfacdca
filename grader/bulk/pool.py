"""The workers of a batch on this machine: started, handed work, replaced when they die. Stores nothing.

Theory: one coroutine decides everything, so there are no races: it hands a submission to a worker with room, waits
for what happens next (a grade, a death), and goes on. Work is taken from the caller one submission at a time and at
most `UNDER_WAY` a worker are under way, so memory does not grow with the class. When a worker dies, what it had is
suspect: each suspect is tried again alone in a worker, and one that brings that worker down too is set aside with
the grader's fault. So the innocent neighbours of a deadly submission are graded like everybody else.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from grader.bulk.bench import UNDER_WAY, Orders, failed, packed
from grader.bulk.frames import HEAD_BYTES, Grade, grade_of, lengths, submission_frame
from grader.bulk.worker import command, environment, hello
from grader.course import Course
from grader.run.submission import Submission
from grader.sandbox.job import Seal

_DEATHS_IN_A_ROW = 4  # without one grade in between: then it is not the submissions
_LAST_S = 10.0  # for a worker to end what it runs
_TAIL_BYTES = 4000


class PoolError(RuntimeError):
    """The workers cannot work; nothing is judged. The text is one line."""


@dataclass(eq=False)
class _Worker:
    """A worker process as the pool sees it."""

    process: asyncio.subprocess.Process
    under_way: dict[str, Submission] = field(default_factory=dict)
    seal: Seal = "none"
    ready: bool = False
    alone: bool = False  # it is emptied, or has, for one suspect
    said: bytes = b""  # the end of what it wrote on standard error
    listeners: tuple[asyncio.Task[None], ...] = ()


@dataclass(frozen=True)
class _Event:
    """What a worker did: said something, or (None) died."""

    worker: _Worker
    said: dict[str, Any] | None
    rest: bytes = b""


class Pool:
    """Grades submissions in worker processes: `async with Pool(...) as pool: await pool.grade(work, keep)`."""

    def __init__(self, jobs: int, course: Course, orders: Orders) -> None:
        self._jobs = jobs
        self._course = course
        self._orders = orders
        self._workers: list[_Worker] = []
        self._events: asyncio.Queue[_Event] = asyncio.Queue()
        self._suspects: deque[Submission] = deque()
        self._tried: set[str] = set()
        self._deaths = 0
        self.seal: Seal | None = None

    async def __aenter__(self) -> Pool:
        return self

    async def __aexit__(self, *_: object) -> None:
        workers, self._workers = self._workers, []
        await asyncio.gather(*(_end(worker) for worker in workers))

    async def grade(self, work: Iterator[Submission], keep: Callable[[Grade], None]) -> None:
        """Grade everything that `work` gives and pass each grade to `keep`, as it comes; raise PoolError."""
        waiting = _Ahead(work)
        while True:
            while len(self._workers) < self._jobs and (waiting or self._suspects):
                self._workers.append(await self._start())
            await self._hand_out(waiting)
            if not waiting and not self._suspects and not any(w.under_way for w in self._workers):
                return
            event = await self._events.get()
            if event.worker not in self._workers:
                continue
            if event.said is None:
                self._bury(event.worker, keep)
            elif "fault" in event.said:
                raise PoolError(event.said["fault"])
            elif "ready" in event.said:
                event.worker.ready, event.worker.seal = True, event.said["ready"]
                if self.seal not in (None, event.worker.seal):
                    raise PoolError(f"One worker is sealed by {self.seal}, another by {event.worker.seal}.")
                self.seal = event.worker.seal
            elif "failed" in event.said:
                self._set_aside(event.worker, event.said["failed"], event.said["reason"], keep)
            else:
                self._deaths = 0
                grade = grade_of(event.said, event.rest)
                event.worker.under_way.pop(grade.name, None)
                keep(grade)

    async def _hand_out(self, waiting: _Ahead) -> None:
        ready = [worker for worker in self._workers if worker.ready]
        if self._suspects and ready:
            chosen = next((w for w in ready if w.alone), None) or min(ready, key=lambda w: len(w.under_way))
            chosen.alone = True
            if not chosen.under_way:
                await _give(chosen, self._suspects.popleft())
        elif not self._suspects:
            for worker in ready:
                if worker.alone and not worker.under_way:
                    worker.alone = False
        while waiting:
            free = [w for w in ready if not w.alone and len(w.under_way) < UNDER_WAY]
            if not free:
                return
            await _give(min(free, key=lambda w: len(w.under_way)), waiting.take())

    def _bury(self, worker: _Worker, keep: Callable[[Grade], None]) -> None:
        """Take a dead worker out; give its submissions another try, or set the one that killed it twice aside."""
        self._workers.remove(worker)
        self._deaths += 1
        if self._deaths > _DEATHS_IN_A_ROW or not worker.ready:
            said = worker.said.decode("utf-8", "replace").strip().splitlines()
            raise PoolError(f"The workers end by themselves: {said[-1] if said else 'they say nothing'}.")
        for name, submission in tuple(worker.under_way.items()):
            if name in self._tried:
                self._deaths = 0  # this one did it
                reason = "The worker process that graded it was ended twice, the second time with nothing else to do."
                self._set_aside(worker, name, reason, keep)
            else:
                self._tried.add(name)
                self._suspects.append(submission)

    def _set_aside(self, worker: _Worker, name: str, reason: str, keep: Callable[[Grade], None]) -> None:
        """Give a submission the report of a fault of ours."""
        submission = worker.under_way.pop(name)
        keep(packed(self._course, failed(self._course, self._orders, submission, reason, worker.seal)))

    async def _start(self) -> _Worker:
        process = await asyncio.create_subprocess_exec(
            *command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
        )
        worker = _Worker(process)
        worker.listeners = (
            asyncio.ensure_future(self._listen(worker)),
            asyncio.ensure_future(_overhear(worker)),
        )
        await _write(worker, hello(self._course.folder, self._orders, self._jobs))
        return worker

    async def _listen(self, worker: _Worker) -> None:
        reader = worker.process.stdout
        assert reader is not None
        try:
            while True:
                text_bytes, rest_bytes = lengths(await reader.readexactly(HEAD_BYTES))
                said = json.loads(await reader.readexactly(text_bytes))
                self._events.put_nowait(_Event(worker, said, await reader.readexactly(rest_bytes)))
        except (asyncio.IncompleteReadError, ConnectionError):
            await worker.process.wait()
            self._events.put_nowait(_Event(worker, None))


class _Ahead:
    """Work that is taken one at a time, and knows whether there is more."""

    def __init__(self, work: Iterator[Submission]) -> None:
        self._work = work
        self._next = next(work, None)

    def __bool__(self) -> bool:
        return self._next is not None

    def take(self) -> Submission:
        taken = self._next
        assert taken is not None
        self._next = next(self._work, None)
        return taken


async def _give(worker: _Worker, submission: Submission) -> None:
    worker.under_way[submission.name] = submission
    await _write(worker, submission_frame(submission))


async def _write(worker: _Worker, data: bytes) -> None:
    """Send a frame; a worker that is dead will be heard of as such."""
    stream = worker.process.stdin
    assert stream is not None
    try:
        stream.write(data)
        await stream.drain()
    except (ConnectionError, OSError):
        return


async def _overhear(worker: _Worker) -> None:
    reader = worker.process.stderr
    assert reader is not None
    while data := await reader.read(_TAIL_BYTES):
        worker.said = (worker.said + data)[-_TAIL_BYTES:]


async def _end(worker: _Worker) -> None:
    """End a worker: by closing its input, and by force where that does not do."""
    stream = worker.process.stdin
    assert stream is not None
    stream.close()
    try:
        await asyncio.wait_for(worker.process.wait(), _LAST_S)
    except asyncio.TimeoutError:
        worker.process.kill()
        await worker.process.wait()
    for listener in worker.listeners:
        listener.cancel()
    await asyncio.gather(*worker.listeners, return_exceptions=True)
