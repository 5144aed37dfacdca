"""One grading process in a worker of the cluster: started, spoken with, started again, ended. Decides nothing.

Theory: a worker of the cluster has many threads, and a warm parent must not be forked from such a process. So the desk
is a process of its own (`grader.bulk.worker`, the same as on one machine) and this end of its pipes. It ends by itself
when the pipes close, however this process ends. The frames go through unread: what is sent by the batch is what the
grading process reads, and the other way round.
"""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from grader.bulk.bench import Orders
from grader.bulk.frames import HEAD_BYTES, lengths
from grader.bulk.worker import command, environment, hello

_LINGER_S = 0.25  # what is done soon after the first goes back with it:
_ENOUGH = 6  # at most so many, so that the process has others to go on with
_LAST_S = 10.0  # for a process to end what it runs
_TAIL_BYTES = 4000


class DeskError(RuntimeError):
    """The grading process cannot grade; the text is one line."""


@dataclass(frozen=True)
class Answer:
    """Grades as frames, one after the other; `crashed` says what the process said before it died over the rest."""

    frames: bytes = b""
    crashed: str | None = None


class Desk:
    """A grading process that takes submissions and gives grades; one exchange at a time."""

    def __init__(self, course: Path, orders: Orders) -> None:
        self._course = course
        self._orders = orders
        self._busy = threading.Lock()
        self._process: _Process | None = None
        self._latest = -1, Answer()
        self._closed = False

    def start(self) -> None:
        """Start the process; it gets ready by itself."""
        if self._closed:
            raise DeskError("The desk is closed.")
        self._process = _Process(hello(self._course, self._orders))

    def ready(self) -> str:
        """Wait for the process; give its seal or raise DeskError."""
        assert self._process is not None
        first = self._process.next()
        if first is None:
            raise DeskError(self._process.last_words())
        said = json.loads(first[HEAD_BYTES:][: lengths(first[:HEAD_BYTES])[0]])
        if "fault" in said:
            raise DeskError(said["fault"])
        return str(said["ready"])

    def exchange(self, number: int, frames: bytes) -> Answer:
        """Hand submissions in and wait for the next grades; the same number again gives the same answer again."""
        with self._busy:
            if number != self._latest[0]:
                self._latest = number, self._exchange(frames)
            return self._latest[1]

    def close(self) -> None:
        """End the process; an exchange that waits is answered."""
        self._closed = True
        if self._process is not None:
            self._process.end()

    def _exchange(self, frames: bytes) -> Answer:
        if self._process is None:
            try:
                self.start()
                self.ready()
            except DeskError as error:
                self._process = None
                return Answer(crashed=str(error))
        process = self._process
        assert process is not None
        process.write(frames)
        found = [process.next()]
        until = time.monotonic() + _LINGER_S
        while found[-1] is not None and len(found) < _ENOUGH and (left := until - time.monotonic()) > 0:
            try:
                found.append(process.next(left))
            except queue.Empty:
                break
        answered = b"".join(frame for frame in found if frame is not None)
        if found[-1] is not None:
            return Answer(answered)
        self._process = None
        return Answer(answered, process.last_words())


class _Process:
    """The process and the threads that listen to it."""

    def __init__(self, first: bytes) -> None:
        self._popen = subprocess.Popen(
            command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
        )
        assert self._popen.stdin and self._popen.stdout and self._popen.stderr
        self._given = self._popen.stdin
        self._frames: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._said = b""
        self._overhearing = threading.Thread(target=self._overhear, args=(self._popen.stderr,), daemon=True)
        self._overhearing.start()
        threading.Thread(target=self._listen, args=(self._popen.stdout,), daemon=True).start()
        self.write(first)

    def write(self, data: bytes) -> None:
        """Send; a process that is dead will be heard of as such."""
        try:
            self._given.write(data)
            self._given.flush()
        except (OSError, ValueError):
            return

    def next(self, within_s: float | None = None) -> bytes | None:
        """Wait for the next frame; None at the process's end, queue.Empty when there is none in that time."""
        return self._frames.get(timeout=within_s)

    def last_words(self) -> str:
        """Wait for the process's end and give the last line that it said."""
        self._overhearing.join(_LAST_S)
        status = self._popen.wait()
        lines = self._said.decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"It said nothing and ended with status {status}."

    def end(self) -> None:
        """Close its input; end it by force where that does not do. Returns at once."""

        def wait() -> None:
            with contextlib.suppress(OSError):
                self._given.close()
            try:
                self._popen.wait(_LAST_S)
            except subprocess.TimeoutExpired:
                self._popen.kill()
                self._popen.wait()

        threading.Thread(target=wait, daemon=True).start()

    def _listen(self, answers: BinaryIO) -> None:
        with answers:
            while len(head := answers.read(HEAD_BYTES)) == HEAD_BYTES:
                wanted = sum(lengths(head))
                rest = answers.read(wanted)
                if len(rest) < wanted:
                    break
                self._frames.put(head + rest)
        self._frames.put(None)

    def _overhear(self, errors: BinaryIO) -> None:
        with errors:
            while data := errors.read1(_TAIL_BYTES):  # type: ignore[attr-defined]  # a pipe is buffered
                self._said = (self._said + data)[-_TAIL_BYTES:]
