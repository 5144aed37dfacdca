"""One program below a warm parent, as the grader's event loop knows it: its pipes, its channel, its end.

Nothing here starts or confines a process; `warm` hands the job to a parent, and what is below answers: `root` (a
process id, a pidfd, and the listener where it lies in a network of its own), `program` (its process id, where it is
not below the root), `running` or `fault`, `ended`. The last is told only when every process of the program is dead,
so what its pipes hold then is all that it wrote.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import signal
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from grader.sandbox import cgroup, channel, scratch
from grader.sandbox.job import Exit, Job, LaunchError, Observer, Seal, base_url
from grader.sandbox.spawn import environment_of_programs

START_S = 60.0  # for a parent to import the SDK or a program to begin, on the slowest of machines
_PATIENCE_S = 5.0  # for a warden to do what it was told
_PIECE_BYTES = 1 << 16
_STREAMS: tuple[Literal["stdout", "stderr"], ...] = ("stdout", "stderr")

Reason = Literal["itself", "time", "output", "memory", "grader"]


class GoneError(LaunchError):
    """A process of ours is gone before the program began."""


@dataclass(frozen=True)
class World:
    """Where a program finds itself: in a box or in a scratch folder, forked or in a fresh interpreter."""

    seal: Seal
    home: str
    folder: str = ""
    fresh: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def boxed(self) -> bool:
        """Whether it has processes, network and files of its own, and no folder on the machine."""
        return self.seal == "namespaces"


class WarmChild:
    """A program that runs below a warm parent."""

    def __init__(self, job: Job, observer: Observer, world: World, finished: Callable[[WarmChild], None]) -> None:
        """Make what the job needs here; `finished` is called when all of it is gone again."""
        self._loop = asyncio.get_running_loop()
        self._observer = observer
        self._finished = finished
        self._because: Reason = "itself"
        self._world = world
        self.group: cgroup.Group | None = None
        self._listener: socket.socket | None = None
        if not world.boxed:
            self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.roots: tuple[int, ...] = ()
        self.over = asyncio.Event()  # the program and all that was made for it are gone
        self._pidfd = -1
        self._talk, self._their_talk = channel.pair()
        self._talk.setblocking(False)
        self._pipes: dict[int, Literal["stdout", "stderr"]] = {}
        self._exited = False
        self._timer: asyncio.TimerHandle | None = None
        self._job = job

    def hand_over(self, send: Callable[[list[int]], None]) -> None:
        """Pack the job and send its descriptors to a parent: parcel, stdout, stderr, channel, control group."""
        url = "http://127.0.0.1:9" if self._listener is None else base_url(self._listener)
        environment = environment_of_programs(url, self._world.home, os.environ)
        environment.update(self._world.environment)
        orders = {
            "entry": self._job.entry,
            "probe": self._job.probe,
            "folder": self._world.folder,
            "environment": environment,
            "limits": dataclasses.asdict(self._job.limits),
            "fresh": self._world.fresh,
        }
        parcel = channel.pack(orders, self._job.files)
        ends = [parcel]
        try:
            for name in _STREAMS:
                ours, theirs = os.pipe()
                os.set_blocking(ours, False)
                self._pipes[ours] = name
                ends.append(theirs)
            ends.append(os.dup(self._their_talk.fileno()))
            if self.group is not None:
                ends.append(self.group.door())
            send(ends)
        finally:
            for descriptor in ends:
                os.close(descriptor)
            self._their_talk.close()

    async def running(self) -> None:
        """Wait until the program is about to run; then hear it."""
        runs = False
        while not runs or len(self.roots) < (2 if self._world.boxed else 1):
            message = await asyncio.wait_for(self._hear(), START_S)
            if message is None:
                raise GoneError("The program was not started: the process that was to start it is gone.")
            if "fault" in message:
                raise LaunchError(f"The program was not started: {message['fault']}")
            runs = runs or "running" in message
        for descriptor in self._pipes:
            self._loop.add_reader(descriptor, self._read, descriptor)
        self._loop.add_reader(self._talk.fileno(), self._told)

    @property
    def listener(self) -> socket.socket:
        assert self._listener is not None  # a running program has one
        return self._listener

    def kill(self, because: Literal["time", "output", "memory", "grader"]) -> None:
        """End every process of the program."""
        if self._exited:
            return
        if self._because == "itself":
            self._because = because
        self._signal(signal.SIGKILL if self._world.boxed else signal.SIGTERM)
        if self._timer is None:
            self._timer = self._loop.call_later(_PATIENCE_S, self._signal, signal.SIGKILL)

    def abandon(self) -> None:
        """Undo what was prepared for a program that did not start."""
        self._exited = True
        self._signal(signal.SIGKILL)
        if self._listener is not None:
            self._listener.close()
        self._finish()

    def _signal(self, number: int) -> None:
        if self._pidfd >= 0:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(self._pidfd, number)

    async def _hear(self) -> dict[str, Any] | None:
        return self._noted(*await message_and_descriptors(self._talk))

    def _noted(self, message: dict[str, Any] | None, descriptors: list[int]) -> dict[str, Any] | None:
        if message is not None and "root" in message:
            self.roots = (message["root"], *self.roots)
            self._pidfd = descriptors[0]
            if self._world.boxed:
                self._listener = socket.socket(fileno=descriptors[1])
        if message is not None and "program" in message:
            self.roots = (*self.roots, message["program"])
        return message

    def _told(self) -> None:
        """Take what the warden says; its end is the end of the program."""
        while True:
            try:
                message = self._noted(*channel.receive(self._talk))
            except BlockingIOError:
                return
            if message is None:
                self._exit(None)
                self._finish()
                return
            if "ended" in message:
                self._exit(message["ended"])

    def _read(self, descriptor: int) -> bool:
        """Pass on one piece of output; say whether there may be more."""
        try:
            data = os.read(descriptor, _PIECE_BYTES)
        except BlockingIOError:
            return False
        if data:
            self._observer.output_written(self._pipes[descriptor], data)
        else:
            self._loop.remove_reader(descriptor)
        return bool(data)

    def _exit(self, wait_status: int | None) -> None:
        """Pass on what the pipes still hold, then the exit."""
        if self._exited:
            return
        if self._because == "itself" and self.group is not None and self.group.ran_out():
            self._because = "memory"
        for descriptor in self._pipes:
            while self._read(descriptor):
                pass
            self._loop.remove_reader(descriptor)
        self._exited = True
        ended = Exit(None, None, "grader" if self._because == "itself" else self._because)
        if wait_status is None and self._because != "itself":
            ended = Exit(None, int(signal.SIGKILL), self._because)
        elif wait_status is not None:
            code = os.waitstatus_to_exitcode(wait_status)
            ended = Exit(code if code >= 0 else None, -code if code < 0 else None, self._because)
        self._observer.exited(ended)

    def _finish(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._loop.remove_reader(self._talk.fileno())
        self._talk.close()
        for descriptor in self._pipes:
            self._loop.remove_reader(descriptor)
            os.close(descriptor)
        self._pipes.clear()
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1
        if self._world.folder:
            scratch.remove(self._world.folder)  # nothing is there, unless the warden was killed
        self.over.set()
        self._finished(self)


async def message(end: socket.socket) -> dict[str, Any] | None:
    return (await message_and_descriptors(end))[0]


async def message_and_descriptors(end: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    """Wait for one message."""
    loop = asyncio.get_running_loop()
    end.setblocking(False)
    while True:
        try:
            return channel.receive(end)
        except BlockingIOError:
            readable: asyncio.Future[None] = loop.create_future()
            loop.add_reader(end.fileno(), _settle, readable)
            try:
                await readable
            finally:
                loop.remove_reader(end.fileno())


def _settle(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)
