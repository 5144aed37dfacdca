"""A worker: a process that grades what comes through its standard input and answers on its standard output.

Theory: the batch speaks first (`frames`: the course's folder and the orders), the worker answers that it is ready or
why it cannot be; then submissions come, several at a time, and grades go back as they are done. When the input ends,
by order or because the batch is dead, everything that runs here is ended and nothing is answered any more. The input
is read by a thread, because not every platform lets an event loop read a pipe that it was given.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from grader.bulk.bench import Bench, Orders, Size
from grader.bulk.frames import HEAD_BYTES, frame, grade_frame, lengths, submission_of
from grader.course import Course
from grader.sandbox.job import LaunchError, Limits
from grader.sandbox.tiers import sealed

_SOURCE = Path(__file__).resolve().parents[2]
_DESCRIPTORS = 1 << 14  # dozens of programs at a time, each with its pipes and up to 64 connections


def command() -> list[str]:
    """Give the command line of a worker with this very code."""
    program = f"import sys; sys.path.insert(0, {str(_SOURCE)!r}); from grader.bulk.worker import main; main()"
    return [sys.executable, "-c", program]


def environment() -> dict[str, str]:
    """Give the environment of a worker: the order of a set must not show in a report."""
    return {**os.environ, "PYTHONHASHSEED": "0"}


def hello(course: Path, orders: Orders, benches: int = 1) -> bytes:
    """Write the frame with which a batch begins; `benches`: how many workers of it this machine has."""
    return frame(
        {
            "course": str(course),
            "benches": benches,
            "only": orders.only,
            "seed": orders.seed,
            "time_s": orders.limits.time_s,
            "seal": orders.seal,
            "twice": orders.twice,
        }
    )


def main() -> None:
    """Serve on the standard streams until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the batch, which ends its workers in order
    take_descriptors()
    given, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing else that prints may get between the frames
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    asyncio.run(_serve(given, answers))
    os._exit(0)  # the thread may still be reading


def take_descriptors() -> None:
    """Let this process open as many files as it will ever need, as far as it may; elsewhere than on POSIX, nothing."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _DESCRIPTORS if most == resource.RLIM_INFINITY else min(_DESCRIPTORS, most)
        if now != resource.RLIM_INFINITY and now < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


async def _serve(given: BinaryIO, answers: BinaryIO) -> None:
    first = _read(given)
    if first is None:
        return
    said, _ = first
    try:
        course = Course(Path(said["course"]))
        launcher = await sealed(said["seal"])
    except (LaunchError, ValueError) as error:
        answers.write(frame({"fault": str(error)}))
        answers.flush()
        return
    gc.freeze()  # what is loaded stays: no collection has to look at it again
    gc.set_threshold(20_000, 20, 50)  # events of traces are many, and in no cycles
    orders = Orders(tuple(said["only"]), said["seed"], Limits(time_s=said["time_s"]), said["seal"], said["twice"])
    try:
        await _Service(Bench(course, launcher, orders, Size.of_one_in(said["benches"])), answers).serve(
            given, {"ready": launcher.seal}
        )
    finally:
        await launcher.close()


class _Service:
    """Takes submissions in and sends grades out."""

    def __init__(self, bench: Bench, answers: BinaryIO) -> None:
        self._bench = bench
        self._answers = answers
        self._sending = asyncio.Lock()
        self._running: set[asyncio.Task[None]] = set()
        self._over = asyncio.Event()

    async def serve(self, given: BinaryIO, ready: Mapping[str, Any]) -> None:
        await self._send(frame(ready))
        loop = asyncio.get_running_loop()

        def post(call: Callable[..., object], *arguments: object) -> None:
            loop.call_soon_threadsafe(call, *arguments)

        threading.Thread(target=_listen, args=(given, post, self._begin, self._over.set), daemon=True).start()
        await self._over.wait()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _begin(self, said: Mapping[str, Any], rest: bytes) -> None:
        task = asyncio.ensure_future(self._grade(said, rest))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _grade(self, said: Mapping[str, Any], rest: bytes) -> None:
        try:
            answer = grade_frame(await self._bench.grade(submission_of(said, rest)))
        except Exception as error:  # unanswered, the batch would wait for ever
            answer = frame({"failed": said["grade"], "reason": f"{type(error).__name__}: {error}"})
        await self._send(answer)

    async def _send(self, data: bytes) -> None:
        async with self._sending:
            try:
                await asyncio.to_thread(self._write, data)
            except OSError:  # the batch is gone
                self._over.set()

    def _write(self, data: bytes) -> None:
        self._answers.write(data)
        self._answers.flush()


def _listen(
    given: BinaryIO,
    post: Callable[..., None],
    begin: Callable[[Mapping[str, Any], bytes], None],
    over: Callable[[], None],
) -> None:
    """Post every frame that comes, and the end."""
    try:
        while (found := _read(given)) is not None:
            post(begin, *found)
    finally:
        post(over)


def _read(given: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """Read a frame; None at the end, also at one in the middle of a frame."""
    import json

    head = given.read(HEAD_BYTES)
    if len(head) < HEAD_BYTES:
        return None
    text_bytes, rest_bytes = lengths(head)
    text, rest = given.read(text_bytes), given.read(rest_bytes)
    if len(text) < text_bytes or len(rest) < rest_bytes:
        return None
    said: dict[str, Any] = json.loads(text)
    return said, rest


if __name__ == "__main__":
    main()
