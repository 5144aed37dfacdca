"""The strongest box: a machine of its own for one program, made of namespaces.

Theory. One process makes a box and holds it: its process 1, called *init*, a fork of the small builder (see `builder`)
that begins in namespaces of its own (mount, network, ipc, uts, pid, cgroup; Linux 3.8, cgroup 4.6). It raises its
loopback, opens the listener there and hands it out, makes the box's folders, enters a user namespace in which nobody is
root, and waits.

The other process is the program: a child of the warm parent that joins init's namespaces (see `tenant`). Whoever dies
takes the others along: the kernel kills every process of a pid namespace with its process 1, init asks to be killed
with the builder (PR_SET_PDEATHSIG), and the parent kills it when the program has ended. The network namespace holds the
listener and nothing else, so the replay server is the program's whole world. As root, the builder's rights make the
namespaces and init ends as an ordinary uid; an ordinary user gets the rights from a user namespace first (Linux 3.8,
where the system allows it). Init's user namespace maps one uid, so RLIMIT_NPROC counts this box alone (Linux 5.14).
Every process of the box can be read by who grades: it is root, or owns the user namespaces.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from grader.sandbox import channel, linux, mounts, program, scratch

PORT = 20_187  # none that a program would have of itself: what it reaches must not depend on the box
STUDENT = 1000  # what the program sees as its user and group
_KINDS = linux.NEWNS | linux.NEWIPC | linux.NEWUTS | linux.NEWPID | linux.NEWCGROUP
_ORDINARY = 61000  # what that is outside when root grades; in no range that systems hand out to people
_BACKLOG = 128


def kinds(without: Collection[str]) -> int:
    """The kinds of namespaces that a box is made of, user namespaces aside."""
    return _KINDS if "network" in without else _KINDS | linux.NEWNET


@dataclass(frozen=True)
class Box:
    """A box that is made: its process 1 (as number and pidfd), and where the program's requests come in."""

    pid: int
    process: int
    listener: int
    port: int


class Boxes:
    """Makes boxes, in the builder; entered once, before the first of them."""

    def __init__(self, root: mounts.Root, without: Collection[str]) -> None:
        self._owner = _ORDINARY
        self._builder = os.pidfd_open(os.getpid())
        self._without = frozenset(without)
        self._root = root

    def enter(self) -> None:
        """Move this process into the small root that every box copies."""
        try:
            linux.unshare(linux.NEWNS)
        except PermissionError:
            uid, gid = os.geteuid(), os.getegid()
            if uid == 0:
                raise PermissionError(
                    "root without the right to make namespaces is not supported: run as an ordinary user"
                ) from None
            linux.unshare(linux.NEWUSER | linux.NEWNS)
            with open("/proc/self/setgroups", "w") as file:
                file.write("deny")  # what the kernel asks of those without rights (Linux 3.19)
            _map("self", 0, uid, gid)
            self._owner = 0
        mounts.enter(self._root, writable="mounts" in self._without)

    def make(self, descriptors: Sequence[int], held: int) -> Box:
        """Make the box of a job's program; raise OSError where it cannot be. The box does without `held`.

        `descriptors`: parcel, stdout, stderr, the channel to the grader, and a control group where there is one.
        """
        ours, theirs = channel.pair()
        with ours:
            pid, process = linux.fork_into(kinds(self._without))
            if pid == 0:
                ours.close()
                os.close(held)
                self._init(descriptors, theirs)
            theirs.close()
            given: list[int] = []
            try:
                said, given = _heard(ours)
                _map(pid, STUDENT, self._owner, self._owner)
                channel.send(ours, {"mapped": True})
                _heard(ours)
            except BaseException:
                with contextlib.suppress(OSError):
                    signal.pidfd_send_signal(process, signal.SIGKILL)
                for descriptor in (process, *given):
                    os.close(descriptor)
                raise
        return Box(pid, process, given[0], said["port"])

    def _listen(self) -> socket.socket:
        listener = socket.socket()
        if "network" in self._without:
            listener.bind(("127.0.0.1", 0))
        else:
            linux.raise_loopback()
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", PORT))
        listener.listen(_BACKLOG)
        return listener

    def _init(self, descriptors: Sequence[int], builder: socket.socket) -> NoReturn:
        """Be process 1 of the box: furnish it, say to `builder` how that went, and take in its orphans."""
        try:
            _die_with(self._builder)
            parcel, out, err, grader, *group = descriptors
            os.close(grader)
            if group:  # from here on, all that comes of this process is counted and limited
                os.write(group[0], b"0")
            os.setsid()
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever is left to process 1 is gone when it ends
            orders, files = channel.unpack(parcel)
            socket.sethostname("box")
            listener = self._listen()
            for descriptor in (out, err):
                with contextlib.suppress(OSError):
                    os.fchown(descriptor, self._owner, self._owner)  # so it can be opened again by name
            mounts.furnish(self._root, self._owner, orders["limits"], bounded="mounts" not in self._without)
            linux.die_first()
            if self._owner:
                os.setgroups([])
            linux.unshare(linux.NEWUSER)
            channel.send(builder, {"port": listener.getsockname()[1]}, [listener.fileno()])
            if channel.receive(builder)[0] is None:
                os._exit(70)
            os.setresgid(STUDENT, STUDENT, STUDENT)
            os.setresuid(STUDENT, STUDENT, STUDENT)
            linux.prctl(linux.PR_SET_DUMPABLE, 1)  # a change of user hides a process from itself and from the grader
            for folder in (mounts.WORK, mounts.HOME):
                os.mkdir(folder, 0o700)
            scratch.write(mounts.WORK, files)
            linux.drop_capabilities()
            _die_with(self._builder)  # a change of user or of rights has undone it
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # which process 1 of a namespace does not hear from within
            program.close_all_but_standard([builder.fileno()])  # should a layer fail, nothing is to be had from here
            channel.send(builder, {"furnished": True})
            builder.close()
            while True:
                signal.pause()
        except BaseException as error:
            with contextlib.suppress(OSError):
                channel.send(builder, {"fault": f"init: {type(error).__name__}: {error}"})
        os._exit(0)  # and the kernel ends what is left


def _die_with(builder: int) -> None:
    """Be killed with the builder; from within the box, its pidfd tells whether it is dead already."""
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    if select.select([builder], [], [], 0)[0]:
        os._exit(70)


def _heard(init: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Hear what a new box has to say; raise OSError where it failed or is gone."""
    said, given = channel.receive(init)
    if said is None or "fault" in said:
        raise OSError("the box is gone" if said is None else said["fault"])
    return said, given


def _map(process: int | str, inside: int, uid: int, gid: int) -> None:
    """Map one user and one group into a process's user namespace."""
    for name, outside in (("uid_map", uid), ("gid_map", gid)):
        file = os.open(f"/proc/{process}/{name}", os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.write(file, f"{inside} {outside} 1".encode())
        finally:
            os.close(file)
