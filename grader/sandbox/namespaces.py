"""The strongest box: a program alone on a machine of its own, made of namespaces, then Landlock, seccomp, rlimits.

Theory. Three processes stand between the warm parent and the program, each a fork of the one before:

    warden   in the grader's process namespace; makes the others (mount, network, ipc, uts, pid, cgroup; Linux 3.8,
             cgroup 4.6), raises their loopback, opens the listener there and hands it out, waits for init
    init     process 1 of the box; makes its folders, enters a user namespace in which nobody is root, waits
    program  takes on Landlock, seccomp and rlimits, and becomes the student's program

Whoever dies takes those below along: the kernel kills every process of a pid namespace with its process 1, and
each process asks to be killed with its parent (PR_SET_PDEATHSIG). The network namespace holds the listener and
nothing else, so the replay server is the program's whole world. As root, the parent's rights make the
namespaces and init ends as an ordinary uid; an ordinary user gets the rights from a user namespace first (Linux
3.8, where the system allows it). Init's user namespace maps one uid, so RLIMIT_NPROC counts this box alone
(Linux 5.14). Every process of the box can be read by who grades: it is root, or owns the user namespaces.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
from collections.abc import Collection, Mapping
from typing import Any

from grader.sandbox import channel, landlock, linux, mounts, program, rlimits, scratch, seccomp

PORT = 8000
_STUDENT = 1000  # what the program sees as its user and group
_ORDINARY = 61000  # what that is outside when root grades; in no range that systems hand out to people
_BACKLOG = 128
_OOM_FIRST = 1000


class Boxes:
    """Makes boxes, in the warm parent; entered once, before the first of them."""

    def __init__(self, seccomp_filter: bytes, root: mounts.Root, without: Collection[str]) -> None:
        self._filter = seccomp_filter
        self._owner = _ORDINARY
        self._processes = -1
        self._without = frozenset(without)
        self._root = mounts.everything(root) if "mounts" in self._without else root

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

    def start(
        self, parcel: int, streams: tuple[int, int], grader: socket.socket, ours: Collection[str]
    ) -> Mapping[str, Any]:
        """Run the parcel's program in a box, in a child; end this process with it. Return in the program alone."""
        try:
            parent = os.getppid()
            linux.die_with_parent(parent)
            os.setsid()
            orders, files = channel.unpack(parcel)
            kinds = linux.NEWNS | linux.NEWIPC | linux.NEWUTS | linux.NEWPID | linux.NEWCGROUP
            linux.unshare(kinds if "network" in self._without else kinds | linux.NEWNET)
            socket.sethostname("box")
            listener = self._listen()
            orders["port"] = listener.getsockname()[1]
            orders["environment"]["ANTHROPIC_BASE_URL"] = f"http://127.0.0.1:{orders['port']}"
            for descriptor in streams:
                with contextlib.suppress(OSError):
                    os.fchown(descriptor, self._owner, self._owner)  # so it can be opened again by name
            hears_fault, tells_fault = os.pipe()
            hears_end, tells_end = os.pipe()
            asks, answers = socket.socketpair()
            me = os.pidfd_open(os.getpid())
            init = os.fork()
            if init == 0:
                for descriptor in (hears_fault, hears_end, grader.detach(), listener.detach(), asks.detach()):
                    os.close(descriptor)
                return self._init(orders, files, streams, ours, answers, tells_fault, tells_end, me)
            answers.close()
            for descriptor in (tells_fault, tells_end, *streams, me):
                os.close(descriptor)
            channel.send(grader, {"root": init}, [os.pidfd_open(init), listener.fileno()])
            listener.close()
            if asks.recv(1):
                _map(str(init), _STUDENT, self._owner, self._owner, self._processes)
                asks.send(b"!")
            asks.close()
            with os.fdopen(hears_fault) as faults:
                fault = faults.read()
            if fault:
                raise OSError(fault)
            channel.send(grader, {"running": True})
            os.waitpid(init, 0)  # returns when every process of the box is gone
            with os.fdopen(hears_end) as end:
                status = end.read()
            channel.send(grader, {"ended": json.loads(status) if status else None})
        except BaseException as error:
            with contextlib.suppress(OSError):
                channel.send(grader, {"fault": f"{type(error).__name__}: {error}"})
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
        self,
        orders: Mapping[str, Any],
        files: Mapping[str, bytes],
        streams: tuple[int, int],
        ours: Collection[str],
        answers: socket.socket,
        tells_fault: int,
        tells_end: int,
        warden: int,
    ) -> Mapping[str, Any]:
        try:
            _die_with(warden)
            mounts.furnish(self._root, self._owner, orders["limits"], bounded="mounts" not in self._without)
            with open("/proc/self/oom_score_adj", "w") as score:
                score.write(str(_OOM_FIRST))  # where the machine's memory runs out, a box dies, not the grader
            self._become_ordinary(answers)
            for folder in (mounts.WORK, mounts.HOME):
                os.mkdir(folder, 0o700)
            scratch.write(mounts.WORK, files)
            linux.drop_capabilities()
            _die_with(warden)  # a change of user or of rights has undone it
            os.close(warden)
            child = os.fork()
            if child == 0:
                os.close(tells_end)
                return self._become_program(orders, streams, ours, tells_fault)
            program.close_all_but_standard([tells_end])  # nothing is to be had from here, should a layer fail
            while True:
                pid, status = os.wait()
                if pid == child:
                    break
            os.write(tells_end, json.dumps(status).encode())
        except BaseException as error:
            with contextlib.suppress(OSError):
                os.write(tells_fault, f"init: {type(error).__name__}: {error}".encode())
        os._exit(0)  # and the kernel ends what is left

    def _become_ordinary(self, answers: socket.socket) -> None:
        if self._owner:
            os.setgroups([])
        linux.unshare(linux.NEWUSER)
        answers.send(b"?")
        if not answers.recv(1):
            raise OSError("the warden is gone")
        answers.close()
        os.setresgid(_STUDENT, _STUDENT, _STUDENT)
        os.setresuid(_STUDENT, _STUDENT, _STUDENT)
        linux.prctl(linux.PR_SET_DUMPABLE, 1)  # a change of user hides a process from itself and from the grader

    def _become_program(
        self, orders: Mapping[str, Any], streams: tuple[int, int], ours: Collection[str], tells_fault: int
    ) -> Mapping[str, Any]:
        try:
            os.setsid()
            program.settle(orders["entry"], mounts.WORK, orders["environment"], streams, ours)
            program.close_all_but_standard([tells_fault])
            if "rlimits" not in self._without:
                rlimits.apply(orders["limits"])
            if "landlock" not in self._without:
                landlock.restrict(self._root.allowed(orders["port"]))
            if "seccomp" not in self._without:
                seccomp.load(self._filter)
            if orders["fresh"]:
                program.begin_afresh(orders, mounts.INSIDE)
        except BaseException as error:
            os.write(tells_fault, f"{type(error).__name__}: {error}".encode())
            os._exit(70)
        os.close(tells_fault)
        return orders


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
