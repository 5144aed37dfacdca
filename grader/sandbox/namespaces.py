"""The strongest box: a machine of its own for one program, made of namespaces.

Theory. Two processes make a box and hold it, each a fork of the one before, and both small (see `builder`):

    warden   in the grader's process namespace; makes the others (mount, network, ipc, uts, pid, cgroup; Linux 3.8,
             cgroup 4.6), raises their loopback, opens the listener there and hands it out, waits for the end
    init     process 1 of the box; makes its folders, enters a user namespace in which nobody is root, waits

The third is the program: a child of the warm parent that joins init's namespaces (see `tenant`). Whoever dies takes
the others along: the kernel kills every process of a pid namespace with its process 1, and init asks to be killed
with the warden (PR_SET_PDEATHSIG). The network namespace holds the listener and nothing else, so the replay
server is the program's whole world. As root, the builder's rights make the namespaces and init ends as an ordinary
uid; an ordinary user gets the rights from a user namespace first (Linux 3.8, where the system allows it). Init's user
namespace maps one uid, so RLIMIT_NPROC counts this box alone (Linux 5.14). Every process of the box can be read
by who grades: it is root, or owns the user namespaces.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
from collections.abc import Collection, Mapping
from typing import NoReturn

from grader.sandbox import channel, linux, mounts, program, scratch

PORT = 8000
STUDENT = 1000  # what the program sees as its user and group
_KINDS = linux.NEWNS | linux.NEWIPC | linux.NEWUTS | linux.NEWPID | linux.NEWCGROUP
_ORDINARY = 61000  # what that is outside when root grades; in no range that systems hand out to people
_BACKLOG = 128


def kinds(without: Collection[str]) -> int:
    """The kinds of namespaces that a box is made of, user namespaces aside."""
    return _KINDS if "network" in without else _KINDS | linux.NEWNET


class Boxes:
    """Makes boxes, in the builder; entered once, before the first of them."""

    def __init__(self, root: mounts.Root, without: Collection[str]) -> None:
        self._owner = _ORDINARY
        self._processes = -1
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
            _map("/proc/self", 0, uid, gid)
            self._owner = 0
        mounts.enter(self._root, writable="mounts" in self._without)
        # The warden shares init's mounts, where /proc is soon the box's own: this one still shows init from outside.
        self._processes = os.open("/proc", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)

    def make(
        self, parcel: int, streams: tuple[int, int], grader: socket.socket, parent: socket.socket, number: int
    ) -> NoReturn:
        """Make the box of a parcel's program, hold it until the program is over, and end this process with it."""
        made = False
        try:
            os.setsid()
            orders, files = channel.unpack(parcel)
            linux.unshare(kinds(self._without))
            socket.sethostname("box")
            listener = self._listen()
            for descriptor in streams:
                with contextlib.suppress(OSError):
                    os.fchown(descriptor, self._owner, self._owner)  # so it can be opened again by name
                os.close(descriptor)
            hears_fault, tells_fault = os.pipe()
            asks, answers = socket.socketpair()
            me = os.pidfd_open(os.getpid())
            init = os.fork()
            if init == 0:
                for descriptor in (hears_fault, grader.detach(), parent.detach(), listener.detach(), asks.detach()):
                    os.close(descriptor)
                self._init(orders["limits"], files, answers, tells_fault, me)
            answers.close()
            os.close(tells_fault)
            os.close(me)
            process = os.pidfd_open(init)
            channel.send(grader, {"root": init}, [process, listener.fileno()])
            if asks.recv(1):
                _map(str(init), STUDENT, self._owner, self._owner, self._processes)
                asks.send(b"!")
            asks.close()
            with os.fdopen(hears_fault) as faults:
                fault = faults.read()
            if fault:
                raise OSError(fault)
            hears_end, tells_end = os.pipe()
            channel.send(parent, {"made": number, "port": listener.getsockname()[1]}, [process, tells_end])
            made = True
            parent.close()
            listener.close()
            os.close(tells_end)
            with os.fdopen(hears_end) as end:
                status = end.read()
            signal.pidfd_send_signal(process, signal.SIGKILL)
            os.waitpid(init, 0)  # returns when every process of the box is gone
            channel.send(grader, {"ended": json.loads(status) if status else None})
        except BaseException as error:
            with contextlib.suppress(OSError):
                channel.send(grader, {"fault": f"{type(error).__name__}: {error}"})
            if not made:
                with contextlib.suppress(OSError):
                    channel.send(parent, {"failed": number})
        os._exit(0)

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

    def _init(
        self, limits: Mapping[str, float], files: Mapping[str, bytes], answers: socket.socket, tells: int, warden: int
    ) -> NoReturn:
        """Furnish the box, say through `tells` what went wrong (nothing: it is made), and take in its orphans."""
        try:
            _die_with(warden)
            mounts.furnish(self._root, self._owner, limits, bounded="mounts" not in self._without)
            linux.die_first()
            self._become_ordinary(answers)
            for folder in (mounts.WORK, mounts.HOME):
                os.mkdir(folder, 0o700)
            scratch.write(mounts.WORK, files)
            linux.drop_capabilities()
            _die_with(warden)  # a change of user or of rights has undone it
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever is left to process 1 is gone when it ends
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # which process 1 of a namespace does not hear from within
            program.close_all_but_standard()  # nothing is to be had from here, should a layer fail; it is made
            while True:
                signal.pause()
        except BaseException as error:
            with contextlib.suppress(OSError):
                os.write(tells, f"init: {type(error).__name__}: {error}".encode())
        os._exit(0)  # and the kernel ends what is left

    def _become_ordinary(self, answers: socket.socket) -> None:
        if self._owner:
            os.setgroups([])
        linux.unshare(linux.NEWUSER)
        answers.send(b"?")
        if not answers.recv(1):
            raise OSError("the warden is gone")
        answers.close()
        os.setresgid(STUDENT, STUDENT, STUDENT)
        os.setresuid(STUDENT, STUDENT, STUDENT)
        linux.prctl(linux.PR_SET_DUMPABLE, 1)  # a change of user hides a process from itself and from the grader


def _die_with(warden: int) -> None:
    """Be killed with the warden; from within the box, its pidfd tells whether it is dead already."""
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    if select.select([warden], [], [], 0)[0]:
        os._exit(70)


def _map(process: str, inside: int, uid: int, gid: int, processes: int | None = None) -> None:
    """Map one user and one group into a process's user namespace."""
    for name, outside in (("uid_map", uid), ("gid_map", gid)):
        file = os.open(f"{process}/{name}", os.O_WRONLY | os.O_CLOEXEC, dir_fd=processes)
        try:
            os.write(file, f"{inside} {outside} 1".encode())
        finally:
            os.close(file)
