"""The loop of the warm parent: one fork per job, and an eye on what becomes of the children.

Lives in the parent's process only (see `parent` for the theory). Without namespaces the fork is a `warden`, which
forks the program. With them a job goes to the `builder` first; when the box is made, the fork is the program itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import select
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.sandbox import channel, inside, linux, tenant, tree, warden

_THREAD_PATIENCE = 2000  # milliseconds

Program = Callable[[], None]


@dataclass(frozen=True)
class _Child:
    """A warden, or a program whose box wants to hear through a pipe how it ended."""

    pid: int
    report: int | None = None


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
        _be_alone()
        _keep_for_ever(self._ours.split())
        channel.send(self._grader, {"ready": True, "modules": self._modules})
        del self._modules
        gc.collect()
        gc.freeze()
        open_for_jobs = True
        while open_for_jobs or self._children or self._unborn:
            watched = select.poll()
            watched.register(grader_process, select.POLLIN)
            if open_for_jobs:
                watched.register(self._grader, select.POLLIN)
            if self._builder is not None:
                watched.register(self._builder, select.POLLIN)
            for pidfd in self._children:
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
        box, report = given
        talk = descriptors[3]
        try:
            pid = self._tenancy.fork(box)
        except OSError as error:
            channel.send_through(talk, {"fault": f"the box could not be entered: {error}"})
            for descriptor in (*descriptors, *given):  # the end of `report` ends the box
                os.close(descriptor)
            return None
        if pid:
            channel.send_through(talk, {"program": pid})
            os.close(box)
            self._born(pid, descriptors, report)
            return None
        parcel, out, err, talk = self._alone(descriptors)
        grader = socket.socket(fileno=talk)
        orders = self._tenancy.move_in(box, said["port"], parcel, (out, err), grader, self._ours.split())
        return _program(orders)

    def _born(self, pid: int, descriptors: Sequence[int], report: int | None = None) -> None:
        for descriptor in descriptors:
            os.close(descriptor)
        self._children[os.pidfd_open(pid)] = _Child(pid, report)

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
        if child.report is not None:
            with contextlib.suppress(OSError):  # a box whose warden was killed is gone
                os.write(child.report, json.dumps(status).encode())
            os.close(child.report)
        elif os.WIFSIGNALED(status):
            known = {other.pid for other in self._children.values()}
            while strays := tree.orphans(known):  # and those that they were just making
                for stray in strays:
                    tree.kill_tree(stray, group=False)
                    with contextlib.suppress(OSError):
                        os.waitpid(stray, 0)


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
