"""The loop of the warm parent: one fork per job, and an eye on what becomes of the children.

Lives in the parent's process only (see `parent` for the theory). What a child does after the fork is the
business of `warden` (unsealed) and `namespaces` or `landlock` (sealed).
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import socket
import sys
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from grader.sandbox import channel, inside, linux, tree, warden

_THREAD_PATIENCE = 2000  # milliseconds

Program = Callable[[], None]
Start = Callable[[int, tuple[int, int], socket.socket, Collection[str]], Mapping[str, Any]]


class Nursery:
    """Forks a child for each job that comes through the channel."""

    def __init__(self, descriptor: int, before: set[str]) -> None:
        """Take the grader's orders for this parent, warm up and move in, as they say."""
        self._grader = socket.socket(fileno=descriptor)
        orders, descriptors = channel.receive(self._grader)
        if orders is None:
            os._exit(0)
        self._names = sorted({name.partition(".")[0] for name in before} - {"__main__"})
        self._wardens: dict[int, int] = {}  # pidfd → pid
        self._start: Start = warden.start
        if orders["seal"] == "none":
            self._ours = frozenset(sys.modules) - before
            return
        from grader.sandbox import sealing, warmup

        self._ours = frozenset(sys.modules) - before
        warmup.warm_up()
        _be_alone()
        names = {name.partition(".")[0] for name in set(sys.modules) - self._ours}
        self._names = sorted(names - {"__main__"})
        try:
            self._start = sealing.starter(orders, descriptors)
        except OSError as error:
            channel.send(self._grader, {"fault": str(error)})
            os._exit(0)

    def serve(self) -> Program:
        """Tell the grader that we are ready and take jobs; return in a child alone."""
        grader_process = os.pidfd_open(os.getppid())
        linux.adopt_orphans()
        _be_alone()
        gc.collect()
        gc.freeze()
        channel.send(self._grader, {"ready": True, "modules": self._names})
        open_for_jobs = True
        while open_for_jobs or self._wardens:
            watched = select.poll()
            watched.register(grader_process, select.POLLIN)
            if open_for_jobs:
                watched.register(self._grader, select.POLLIN)
            for pidfd in self._wardens:
                watched.register(pidfd, select.POLLIN)
            for descriptor, _ in watched.poll():
                if descriptor == grader_process:
                    os._exit(0)  # its death reaches every warden
                if descriptor == self._grader.fileno():
                    message, descriptors = channel.receive(self._grader)
                    if message is None:
                        open_for_jobs = False
                        continue
                    program = self._bear(descriptors)
                    if program is not None:
                        return program
                else:
                    self._bury(descriptor)
        os._exit(0)

    def _bear(self, descriptors: list[int]) -> Program | None:
        """Fork; return None here, and the program in the process that is to run it."""
        parcel, out, err, talk, *group = descriptors
        pid = os.fork()
        if pid:
            for descriptor in descriptors:
                os.close(descriptor)
            self._wardens[os.pidfd_open(pid)] = pid
            return None
        for pidfd in self._wardens:
            os.close(pidfd)
        self._grader.close()
        if group:  # from here on, all that comes of this process is counted and limited
            os.write(group[0], b"0")
            os.close(group[0])
        orders = self._start(parcel, (out, err), socket.socket(fileno=talk), self._ours)
        return _program(orders)

    def _bury(self, pidfd: int) -> None:
        """Take leave of a warden; end what it could not end because it was killed."""
        pid = self._wardens.pop(pidfd)
        os.close(pidfd)
        _, status = os.waitpid(pid, 0)
        if os.WIFSIGNALED(status):
            while strays := tree.orphans(set(self._wardens.values())):  # and those that they were just making
                for stray in strays:
                    tree.kill_tree(stray, group=False)
                    with contextlib.suppress(OSError):
                        os.waitpid(stray, 0)


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
