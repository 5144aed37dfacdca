"""The grader's side of the warm parent: a launcher whose programs are forked children, sealed or not.

Theory: see `parent` for how children come to be. Here, on the grader's event loop, a job is packed, handed over
with the ends of its pipes, and heard: its `root` (a process id and a pidfd), `running` or `fault`, `ended`. The
last is told only when every process of the program is dead, so what its pipes hold then is all that it wrote.
A program with a file or folder named like a module that the parent has loaded would find the parent's instead of
its own: it runs in a fresh interpreter. A parent is replaced after a number of runs, and when it misbehaves.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import secrets
import signal
import socket
import sys
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from grader.sandbox import cgroup, channel, memory, mounts, scratch, seccomp
from grader.sandbox.job import Child, Exit, Job, LaunchError, Observer, Seal, base_url
from grader.sandbox.spawn import ParentProcess, environment_of_programs

_RUNS_PER_PARENT = 500
_START_S = 60.0  # for a parent to import the SDK, on the slowest of machines
_PATIENCE_S = 5.0  # for a warden to do what it was told
_PIECE_BYTES = 1 << 16
_STREAMS: tuple[Literal["stdout", "stderr"], ...] = ("stdout", "stderr")

Reason = Literal["itself", "time", "output", "memory", "grader"]


class _GoneError(LaunchError):
    """A process of ours is gone before the program began."""


class WarmParent:
    """A parent process as the launcher knows it: whether it is ready, and how much it has done."""

    def __init__(self, process: ParentProcess) -> None:
        self.process = process
        self.runs = 0
        self.modules: frozenset[str] = frozenset()
        self._ready = False
        self._lock = asyncio.Lock()

    async def ready(self) -> None:
        """Wait until it takes jobs."""
        async with self._lock:
            if self._ready:
                return
            try:
                message = await asyncio.wait_for(_message(self.process.channel), _START_S)
            except asyncio.TimeoutError:
                raise LaunchError(
                    f"The warm parent was not ready after {_START_S:.0f} s: {self.process.complaint()}"
                ) from None
            if message is None:
                raise LaunchError(f"The warm parent ended before it was ready: {self.process.complaint()}")
            if "fault" in message:
                raise LaunchError(message["fault"])
            self.modules = frozenset(message["modules"])
            self._ready = True

    def send(self, message: dict[str, Any], descriptors: list[int]) -> None:
        """Hand a job over."""
        channel.send(self.process.channel, message, descriptors)
        self.runs += 1


class WarmLauncher:
    """Starts each job as a forked child of a warm parent."""

    def __init__(
        self,
        seal: Seal = "none",
        python: str = sys.executable,
        *,
        process: ParentProcess | None = None,
        runs_per_parent: int = _RUNS_PER_PARENT,
        without: Collection[str] = (),
    ) -> None:
        """Start the parent at once, or take over one that is starting; raise LaunchError where it cannot be.

        `without` names layers to leave out: for tests alone.
        """
        self._seal = seal
        self._python = python
        self._without = frozenset(without)
        self._filter = b"" if seal == "none" else _seccomp_filter(seal)
        self._runs_per_parent = runs_per_parent
        self._parent: WarmParent | None = None
        self._process: ParentProcess | None = process or self._spawn()
        self._retired: list[ParentProcess] = []
        self._children: set[WarmChild] = set()
        self._watch = memory.Watch()
        self._groups = None if seal == "none" else cgroup.find()

    def _spawn(self) -> ParentProcess:
        return ParentProcess(self._seal, self._python, seccomp_filter=self._filter, without=self._without)

    @property
    def seal(self) -> Seal:
        return self._seal

    @property
    def parent_pid(self) -> int | None:
        """The process id of the warm parent that takes jobs now."""
        return None if self._parent is None else self._parent.process.process.pid

    async def ready(self) -> None:
        """Wait until jobs can be started; raise LaunchError where they cannot."""
        await self._warm_parent()

    async def start(self, job: Job, observer: Observer) -> Child:
        """Start a job in a forked child; in a fresh interpreter where it shadows a module of the SDK."""
        try:
            return await self._start(job, observer)
        except _GoneError:  # the parent was killed; the job has not begun, so it may be started again
            return await self._start(job, observer)

    async def _start(self, job: Job, observer: Observer) -> Child:
        parent = await self._warm_parent()
        fresh = shadows(job, parent.modules)
        child = WarmChild(job, observer, self._children, _world(self._seal, fresh=fresh), self._watch)
        try:
            try:
                child.send_to(parent, self._group(job))
            except OSError as error:
                raise _GoneError(f"The warm parent is gone: {error}. {parent.process.complaint()}") from error
            await child.running()
        except BaseException as error:
            child.abandon()
            if isinstance(error, LaunchError) and parent is self._parent:
                self._replace()
            raise
        if parent is self._parent and parent.runs >= self._runs_per_parent:
            self._replace()
        return child

    async def close(self) -> None:
        """End every program and the parents."""
        for child in tuple(self._children):
            child.kill("grader")
            await child.over.wait()
        self._replace()
        for process in self._retired:
            await asyncio.to_thread(process.end)
        self._retired.clear()

    def _group(self, job: Job) -> cgroup.Group | None:
        if self._groups is None or "memory" in self._without:
            return None
        room = job.limits.processes + 3  # ours: warden, init, and one being made
        return self._groups.group(f"program-{secrets.token_hex(8)}", job.limits.memory_bytes, room)

    async def _warm_parent(self) -> WarmParent:
        parent = self._parent
        if parent is None:
            self._retired = [process for process in self._retired if not _gone(process)]
            process, self._process = self._process or self._spawn(), None
            parent = self._parent = WarmParent(process)
        try:
            await parent.ready()
        except LaunchError:
            if self._parent is parent:
                self._replace()
            raise
        return parent

    def _replace(self) -> None:
        """Give the parent no more work; it ends when its last program has."""
        process = self._process if self._parent is None else self._parent.process
        self._parent = self._process = None
        if process is not None:
            process.retire()
            self._retired.append(process)


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


def _world(seal: Seal, *, fresh: bool) -> World:
    if seal == "namespaces":
        return World(seal, home=mounts.HOME, fresh=fresh, environment=mounts.environment())
    folder = f"{os.path.realpath(tempfile.gettempdir())}/grade-{secrets.token_hex(8)}"
    return World(seal, home=f"{folder}/home", folder=folder, fresh=fresh)


def _seccomp_filter(seal: Seal) -> bytes:
    lacking = seccomp.missing()
    if lacking is not None:
        raise LaunchError(f"Programs cannot be sealed without seccomp. {lacking}")
    return seccomp.build(own_network=seal == "namespaces")


class WarmChild:
    """A program that runs below a warm parent."""

    def __init__(
        self, job: Job, observer: Observer, running: set[WarmChild], world: World, watch: memory.Watch
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._observer = observer
        self._running = running
        self._because: Reason = "itself"
        self._world = world
        self._watch = watch
        self._group: cgroup.Group | None = None
        self._listener: socket.socket | None = None
        if not world.boxed:
            self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.pid: int | None = None
        self.over = asyncio.Event()  # the program and all that was made for it are gone
        self._pidfd = -1
        self._talk, self._their_talk = channel.pair()
        self._talk.setblocking(False)
        self._pipes: dict[int, Literal["stdout", "stderr"]] = {}
        self._exited = False
        self._timer: asyncio.TimerHandle | None = None
        self._job = job

    def send_to(self, parent: WarmParent, group: cgroup.Group | None) -> None:
        """Hand the job to a parent, and its control group with it."""
        self._group = group
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
            if group is not None:
                ends.append(group.door())
            parent.send({"job": True}, ends)
        finally:
            for descriptor in ends:
                os.close(descriptor)
            self._their_talk.close()

    async def running(self) -> None:
        """Wait until the program is about to run; then hear it."""
        self._running.add(self)
        while True:
            message = await asyncio.wait_for(self._hear(), _START_S)
            if message is None:
                raise _GoneError("The program was not started: the process that was to start it is gone.")
            if "fault" in message:
                raise LaunchError(f"The program was not started: {message['fault']}")
            if "running" in message:
                break
        assert self.pid is not None
        self._watch.begin(
            memory.Watched(
                self.pid,
                self._job.limits.memory_bytes,
                lambda: self.kill("memory"),
                self._world.folder if self._world.seal == "landlock" else "",
                self._job.limits.scratch_bytes,
            )
        )
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
        return self._noted(*await _message_and_descriptors(self._talk))

    def _noted(self, message: dict[str, Any] | None, descriptors: list[int]) -> dict[str, Any] | None:
        if message is not None and "root" in message:
            self.pid = message["root"]
            self._pidfd = descriptors[0]
            if self._world.boxed:
                self._listener = socket.socket(fileno=descriptors[1])
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
        self._watch.stop(self.pid)
        if self._because == "itself" and self._group is not None and self._group.ran_out():
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
        self._watch.stop(self.pid)
        if self._group is not None:
            self._group.remove()
        self._running.discard(self)
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


def shadows(job: Job, modules: frozenset[str]) -> bool:
    """Say whether a file or folder of the submission has the name of a module that the parent has loaded."""
    return any(part.partition(".")[0] in modules for name in job.files for part in name.split("/") if name != job.entry)


async def _message(end: socket.socket) -> dict[str, Any] | None:
    return (await _message_and_descriptors(end))[0]


async def _message_and_descriptors(end: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
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


def _gone(process: ParentProcess) -> bool:
    if process.process.poll() is None:
        return False
    process.end()
    return True
