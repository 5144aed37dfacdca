"""Grade again whenever a file of the submission is saved; keys for a hint, another run, the end.

The launcher stays open, so that the SDK is imported once. What decides whether anything has changed is the
submission's own digest, so that a page written into the folder grades nothing anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import PASSED, UsageError
from grader.commands import Say

if TYPE_CHECKING:
    from grader.grading import Graded
    from grader.run.submission import Submission

_CLEAR = "\x1b[2J\x1b[3J\x1b[H"
_QUIET_MS, _STEP_MS = 60, 20  # how long a folder must be quiet before a save counts as done
_KEY_POLL_S = 0.05
_DEEPEST_HINT = 2
_KEYS = "h a hint further · r run again · q quit"

Read = Callable[[], "Submission"]
Grade = Callable[["Submission"], Awaitable["Graded"]]
Show = Callable[["Graded", "Graded | None", int], int]  # this run, the one before, the hint level: the exit status


class Watch:
    """One evening of saving and grading; `run` ends with the last run's exit status."""

    def __init__(self, folder: Path, read: Read, grade: Grade, show: Show, say: Say, *, hint_level: int = 0) -> None:
        self._folder, self._read, self._grade, self._show, self._say = folder, read, grade, show, say
        self._hint_level = hint_level
        self._digest = ""
        self._status = PASSED
        self._now: Graded | None = None
        self._before: Graded | None = None

    async def run(self, words: AsyncIterator[str]) -> int:
        """Grade once, then at every word: `saved`, or one of the keys."""
        await self._again(forced=True)
        async for word in words:
            if word == "q":
                break
            if word == "h":
                self._hint_level = min(self._hint_level + 1, _DEEPEST_HINT)
                self._present()
            elif word in ("r", "saved"):
                await self._again(forced=word == "r")
        return self._status

    async def _again(self, *, forced: bool) -> None:
        try:
            submission = self._read()
        except UsageError as error:
            self._say(f"{error} Watching goes on.")
            return
        if submission.sha256 == self._digest and not forced:
            return
        self._digest = submission.sha256
        self._before, self._now = self._now, await self._grade(submission)
        self._present()

    def _present(self) -> None:
        if self._now is None:
            return
        if sys.stdout.isatty():
            self._say(_CLEAR, plain=True)
        self._status = self._show(self._now, self._before, self._hint_level)
        self._say(f"\nWatching {self._folder}: {_KEYS if sys.stdin.isatty() else 'Ctrl-C ends it'}")


@contextlib.asynccontextmanager
async def words_of(folder: Path) -> AsyncIterator[AsyncIterator[str]]:
    """Give what happens as words: `saved` when a file has been, and the keys as they are pressed."""
    try:
        from watchfiles import awatch
    except ImportError:
        raise UsageError("--watch needs the package watchfiles: python -m pip install watchfiles") from None
    queue: asyncio.Queue[str] = asyncio.Queue()
    stop = asyncio.Event()

    async def follow() -> None:
        async for _ in awatch(folder, debounce=_QUIET_MS, step=_STEP_MS, stop_event=stop, rust_timeout=500):
            queue.put_nowait("saved")

    with _keys(queue.put_nowait):
        following = asyncio.create_task(follow())
        try:
            yield _until_over(queue, following)
        finally:
            stop.set()
            following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await following


async def _until_over(queue: asyncio.Queue[str], following: asyncio.Task[None]) -> AsyncIterator[str]:
    while True:
        waiting = asyncio.create_task(queue.get())
        done, _ = await asyncio.wait({waiting, following}, return_when=asyncio.FIRST_COMPLETED)
        if waiting not in done:
            waiting.cancel()
            following.result()  # the watcher's own error, if it had one
            return
        yield waiting.result()


@contextlib.contextmanager
def _keys(press: Callable[[str], None]) -> Iterator[None]:
    """Hand over keys as they are pressed, where there is a keyboard; the terminal is left as it was."""
    if not sys.stdin.isatty():
        yield
    elif sys.platform == "win32":
        with _keys_of_windows(press):
            yield
    else:
        import os
        import termios
        import tty

        loop, keyboard = asyncio.get_running_loop(), sys.stdin.fileno()
        before = termios.tcgetattr(keyboard)
        tty.setcbreak(keyboard)

        def look() -> None:
            for key in os.read(keyboard, 64).decode("ascii", "ignore").lower():
                press(key)

        loop.add_reader(keyboard, look)
        try:
            yield
        finally:
            loop.remove_reader(keyboard)
            termios.tcsetattr(keyboard, termios.TCSADRAIN, before)


@contextlib.contextmanager
def _keys_of_windows(press: Callable[[str], None]) -> Iterator[None]:
    """Look for keys now and then: a console cannot be waited for together with sockets."""
    import importlib

    console = importlib.import_module("msvcrt")

    async def look() -> None:
        while True:
            while console.kbhit():
                press(console.getwch().lower())
            await asyncio.sleep(_KEY_POLL_S)

    looking = asyncio.get_running_loop().create_task(look())
    try:
        yield
    finally:
        looking.cancel()
