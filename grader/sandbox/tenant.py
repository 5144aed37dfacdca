"""The program's way into its box: joins the namespaces that it finds made, then Landlock, seccomp, rlimits.

Lives in the warm parent and its forks only; what the box is made of stands in `namespaces`. The program's process is
a child of the warm parent and a member of the box: born into its process namespace, it sees no parent.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Collection, Mapping
from typing import Any

from grader.sandbox import channel, landlock, linux, mounts, namespaces, program, rlimits, seccomp


class Tenancy:
    """What every program of a warm parent takes on, in a box that is made."""

    def __init__(self, root: mounts.Root, seccomp_filter: bytes, without: Collection[str], *, has_groups: bool) -> None:
        """Take what the grader ordered; `has_groups`: it has the right to give up its groups, as root has."""
        self._root = root
        self._has_groups = has_groups
        self._filter = seccomp_filter
        self._without = frozenset(without)

    def fork(self, box: int) -> int:
        """Fork a child into the process namespace of a box, known by the pidfd of its process 1."""
        linux.join(box, linux.NEWPID)  # which the next child's box takes the place of; the way back is not everybody's
        return os.fork()

    def move_in(
        self, box: int, port: int, parcel: int, streams: tuple[int, int], grader: socket.socket, ours: Collection[str]
    ) -> Mapping[str, Any]:
        """Become the parcel's program, in the forked child; say on `grader` that it runs, or what went wrong."""
        try:
            _die_with_parent()
            linux.die_first()
            orders = channel.orders_of(parcel)
            orders["environment"]["ANTHROPIC_BASE_URL"] = f"http://127.0.0.1:{port}"
            linux.join(box, namespaces.kinds(self._without) & ~linux.NEWPID)
            if self._has_groups:
                os.setgroups([])
            linux.join(box, linux.NEWUSER)
            os.setresgid(namespaces.STUDENT, namespaces.STUDENT, namespaces.STUDENT)
            os.setresuid(namespaces.STUDENT, namespaces.STUDENT, namespaces.STUDENT)
            linux.prctl(linux.PR_SET_DUMPABLE, 1)  # a change of user hides a process from itself and from the grader
            linux.drop_capabilities()
            _die_with_parent()  # a change of user or of rights has undone it
            os.setsid()
            program.settle(orders["entry"], mounts.WORK, orders["environment"], streams, ours)
            program.close_all_but_standard([grader.fileno()])
            if "rlimits" not in self._without:
                rlimits.apply(orders["limits"])
            if "landlock" not in self._without:
                landlock.restrict(self._root.allowed(port))
            if "seccomp" not in self._without:
                seccomp.load(self._filter)
            channel.send(grader, {"running": True})
            if orders["fresh"]:
                program.begin_afresh(orders, mounts.INSIDE)
        except BaseException as error:
            with contextlib.suppress(OSError):
                channel.send(grader, {"fault": f"{type(error).__name__}: {error}"})
            os._exit(70)
        grader.close()
        return orders


def _die_with_parent() -> None:
    """Be killed with the warm parent, which a process of the box sees as 0, and as 1 once it is gone."""
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != 0:
        os._exit(70)
