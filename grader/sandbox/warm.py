"""The grader's side of the warm parent: a launcher whose programs are forked children, sealed or not.

Theory: see `parent` for how children come to be, and `child` for how one of them is heard. A program with a file or
folder named like a module that the parent has loaded would find the parent's instead of its own: it runs in a fresh
interpreter, below the same parent and under the same seal. A parent is replaced after a number of runs, and when it
misbehaves; a job that a dead parent did not begin is given to the next one, once.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import tempfile
from collections.abc import Collection

from grader.sandbox import cgroup, channel, memory, mounts, seccomp
from grader.sandbox.child import START_S, GoneError, WarmChild, World, message
from grader.sandbox.job import Child, Job, LaunchError, Observer, Seal
from grader.sandbox.spawn import ParentProcess

_RUNS_PER_PARENT = 5_000  # each costs two seconds of a processor to warm; its memory does not grow


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
                said = await asyncio.wait_for(message(self.process.channel), START_S)
            except asyncio.TimeoutError:
                raise LaunchError(
                    f"The warm parent was not ready after {START_S:.0f} s: {self.process.complaint()}"
                ) from None
            if said is None:
                raise LaunchError(f"The warm parent ended before it was ready: {self.process.complaint()}")
            if "fault" in said:
                raise LaunchError(said["fault"])
            self.modules = frozenset(said["modules"])
            self._ready = True

    def send(self, descriptors: list[int]) -> None:
        """Hand a job over."""
        channel.send(self.process.channel, {"job": True}, descriptors)
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
        except GoneError:  # the parent was killed; the job has not begun, so it may be started again
            return await self._start(job, observer)

    async def _start(self, job: Job, observer: Observer) -> Child:
        parent = await self._warm_parent()
        fresh = shadows(job, parent.modules)
        world = _world(self._seal, fresh=fresh)
        child = WarmChild(job, observer, world, self._finished)
        self._children.add(child)
        try:
            child.group = self._group(job)
            try:
                child.hand_over(parent.send)
            except OSError as error:
                raise GoneError(f"The warm parent is gone: {error}. {parent.process.complaint()}") from error
            await child.running()
        except BaseException as error:
            child.abandon()
            if isinstance(error, LaunchError) and parent is self._parent:
                self._replace()
            raise
        self._watch_memory(job, child, world)
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
        if self._groups is not None:
            self._groups.sweep()

    def _finished(self, child: WarmChild) -> None:
        self._children.discard(child)
        self._watch.stop(child.roots)
        if self._groups is not None and child.group is not None:
            self._groups.leave(child.group)

    def _watch_memory(self, job: Job, child: WarmChild, world: World) -> None:
        if "memory" in self._without:
            return
        self._watch.begin(
            memory.Watched(
                child.roots,
                job.limits.memory_bytes,
                lambda: child.kill("memory"),
                world.folder if world.seal == "landlock" else "",
                job.limits.scratch_bytes,
            )
        )

    def _group(self, job: Job) -> cgroup.Group | None:
        if self._groups is None or "memory" in self._without:
            return None
        room = job.limits.processes + 2  # ours: init, and one being made
        try:
            return self._groups.group(f"program-{secrets.token_hex(8)}", job.limits.memory_bytes, room)
        except OSError as error:
            raise LaunchError(f"No control group could be made below {self._groups.base}: {error}.") from error

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


def shadows(job: Job, modules: frozenset[str]) -> bool:
    """Say whether a file or folder of the submission has the name of a module that the parent has loaded."""
    return any(part.partition(".")[0] in modules for name in job.files for part in name.split("/") if name != job.entry)


def _gone(process: ParentProcess) -> bool:
    if process.process.poll() is None:
        return False
    process.end()
    return True
