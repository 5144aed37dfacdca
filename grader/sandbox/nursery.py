"""The loop of the warm parent: one fork per job, and an eye on what becomes of the children.

Lives in the parent's process only (see `parent` for the theory). Without namespaces the fork is a `warden`, which
forks the program, and says how it ended. With them a job goes to the `builder` first; when the box is made, the fork is
the program itself: when it has ended, so is its box, and when nobody is left there, the grader hears of it.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.sandbox import channel, inside, linux, tenant, tree, warden
from grader.sandbox.program import restore_signals

_THREAD_PATIENCE = 2000  # milliseconds

Program = Callable[[], None]


@dataclass(frozen=True)
class _Box:
    """Where a program runs: the pidfd of its process 1, and the channel to the grader that waits for the end."""

    process: int
    talk: int


@dataclass(frozen=True)
class _Child:
    """A warden, or a program and its box."""

    pid: int
    box: _Box | None = None


class Nursery:
    """Forks a child for each job that comes through the channel."""

    def __init__(self, descriptor: int, before: set[str], builder: socket.socket | None) -> None:
        """Take the grader's orders for this parent, warm up and move in, as they say."""
        self._grader = socket.socket(fileno=descriptor)
        self._builder = builder
        orders, descriptors = channel.receive(self._grader)
        if orders is None:
            os._exit(0)
        self._children: dict[int, _Child] = {}  # by pidfd
        self._unborn: dict[int, list[int]] = {}  # descriptors of jobs whose boxes are being made, by number
        self._emptying: dict[int, tuple[_Box, int]] = {}  # boxes of ended programs, with their status, by pidfd
        self._jobs = 0
        self._confinement: warden.Confinement | None = None
        self._tenancy: tenant.Tenancy | None = None
        from grader.sandbox import sealing, warmup

        self._ours = _names(set(sys.modules) - before)
        warmup.warm_up()
        _be_alone()
        names = {name.partition(".")[0] for name in set(sys.modules) - set(self._ours.split())}
        self._modules = sorted(names - {"__main__"})
        if orders["seal"] == "none":
            return
        try:
            if builder is None:
                self._confinement = sealing.confinement(orders, descriptors)
            else:
                self._tenancy = sealing.tenancy(orders, descriptors, builder)
        except OSError as error:
            channel.send(self._grader, {"fault": str(error)})
            os._exit(0)

    def serve(self) -> Program:
        """Tell the grader that we are ready and take jobs; return in a child alone."""
        grader_process = os.pidfd_open(os.getppid())
        linux.adopt_orphans()
        restore_signals()  # once for all programs
        _be_alone()
        _keep_for_ever(self._ours.split())
        channel.send(self._grader, {"ready": True, "modules": self._modules})
        del self._modules
        gc.collect()
        gc.freeze()
        linux.gather_memory()
        open_for_jobs = True
        while open_for_jobs or self._children or self._unborn or self._emptying:
            watched = select.poll()
            watched.register(grader_process, select.POLLIN)
            if open_for_jobs:
                watched.register(self._grader, select.POLLIN)
            if self._builder is not None:
                watched.register(self._builder, select.POLLIN)
            for pidfd in (*self._children, *self._emptying):
                watched.register(pidfd, select.POLLIN)
            for descriptor, _ in watched.poll():
                program: Program | None = None
                if descriptor == grader_process:
                    os._exit(0)  # its death reaches every warden
                elif descriptor == self._grader.fileno():
                    message, descriptors = channel.receive(self._grader)
                    open_for_jobs = message is not None
                    if open_for_jobs:
                        program = self._take(descriptors)
                elif self._builder is not None and descriptor == self._builder.fileno():
                    program = self._hear_builder(self._builder)
                elif descriptor in self._emptying:
                    self._ended(*self._emptying.pop(descriptor))
                else:
                    self._bury(descriptor)
                if program is not None:
                    return program
        os._exit(0)

    def _take(self, descriptors: list[int]) -> Program | None:
        """Fork a warden, or have a box made; return the program in the process that is to run it."""
        if self._builder is not None:
            self._jobs += 1
            self._unborn[self._jobs] = descriptors
            channel.send(self._builder, {"number": self._jobs}, descriptors)
            return None
        pid = os.fork()
        if pid:
            self._born(pid, descriptors)
            return None
        parcel, out, err, talk = self._alone(descriptors)
        orders = warden.start(parcel, (out, err), socket.socket(fileno=talk), self._ours.split(), self._confinement)
        return _program(orders)

    def _hear_builder(self, builder: socket.socket) -> Program | None:
        """Fork the program whose box is made; return it in the process that is to run it."""
        said, given = channel.receive(builder)
        if said is None:
            os._exit(0)  # without it no box can be had, and all that it made is gone
        descriptors = self._unborn.pop(said["made"] if "made" in said else said["failed"])
        if "failed" in said:
            for descriptor in descriptors:
                os.close(descriptor)
            return None
        assert self._tenancy is not None
        (process,) = given
        parcel, out, err, talk, *_ = descriptors
        try:
            pid = self._tenancy.fork(process)
        except OSError as error:
            channel.send_through(talk, {"fault": f"the box could not be entered: {error}"})
            _kill(process)
            for descriptor in (*descriptors, process):
                os.close(descriptor)
            return None
        if pid:
            channel.send_through(talk, {"program": pid})
            descriptors.remove(talk)
            self._born(pid, descriptors, _Box(process, talk))
            return None
        self._alone(descriptors)
        grader = socket.socket(fileno=talk)
        orders = self._tenancy.move_in(process, said["port"], parcel, (out, err), grader, self._ours.split())
        return _program(orders)

    def _born(self, pid: int, descriptors: Sequence[int], box: _Box | None = None) -> None:
        for descriptor in descriptors:
            os.close(descriptor)
        self._children[os.pidfd_open(pid)] = _Child(pid, box)

    def _alone(self, descriptors: list[int]) -> list[int]:
        """Hold nothing of the parent's in a child but a job's parcel, streams and channel."""
        for pidfd in self._children:
            os.close(pidfd)
        self._grader.close()
        if len(descriptors) > 4:  # from here on, all that comes of this process is counted and limited
            group = descriptors.pop()
            os.write(group, b"0")
            os.close(group)
        return descriptors

    def _bury(self, pidfd: int) -> None:
        """Take leave of a child; end what a warden could not end because it was killed."""
        child = self._children.pop(pidfd)
        os.close(pidfd)
        _, status = os.waitpid(child.pid, 0)
        if child.box is not None:
            _kill(child.box.process)
            self._emptying[child.box.process] = child.box, status
        elif os.WIFSIGNALED(status):
            known = {other.pid for other in self._children.values()}
            while strays := tree.orphans(known):  # and those that they were just making
                for stray in strays:
                    tree.kill_tree(stray, group=False)
                    with contextlib.suppress(OSError):
                        os.waitpid(stray, 0)

    def _ended(self, box: _Box, status: int) -> None:
        """Tell the grader that nobody is left in a box."""
        channel.send_through(box.talk, {"ended": status})
        os.close(box.talk)
        os.close(box.process)


def _kill(process: int) -> None:
    """Kill a process that is known by its pidfd, and with the first of a box all that is in it."""
    with contextlib.suppress(OSError):
        signal.pidfd_send_signal(process, signal.SIGKILL)


def _names(modules: set[str]) -> str:
    """Write names as one text: letting go of it touches one page in a child, of a set those of all its names."""
    return " ".join(modules)


def _keep_for_ever(modules: Sequence[str]) -> None:
    """Take one reference more: a child that forgets a module would copy all its pages to take it apart."""
    for name in modules:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(sys.modules[name]))


def _be_alone() -> None:
    """Wait until this is the only thread: the kernel takes a joined one away a moment after Python has."""
    for _ in range(_THREAD_PATIENCE):
        if len(os.listdir("/proc/self/task")) == 1:
            return
        time.sleep(0.001)
    raise RuntimeError("the warm parent has more than one thread, so a fork of it could hang")


def _program(orders: Mapping[str, Any]) -> Program:
    """Say what the forked process has to do, with nothing of ours held but that."""
    play, probe, entry, plan = inside.play, inside.probe, orders["entry"], orders["probe"]
    if plan is None:
        return lambda: play(entry)
    url = orders["environment"]["ANTHROPIC_BASE_URL"]
    return lambda: probe(plan, url)
