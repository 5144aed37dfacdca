"""The process between the warm parent and an unsealed program: starts it, waits for it, clears up after it.

Theory: the warden is a subreaper (Linux 3.4), so a process that the program leaves behind, daemons that
forked twice included, becomes its child and cannot get away. It waits in `wait4` and nowhere else: who
looks at the tree sees a process that only waits. SIGTERM tells it to end the program; it comes from the
grader, or from the kernel when the parent dies (PR_SET_PDEATHSIG). The program itself is killed by the
kernel when the warden dies. Alone it confines nothing and is for a
student's own code; `confined` adds what can be had without namespaces.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Collection, Mapping
from typing import Any, Protocol

from grader.sandbox import certificate, channel, inside, linux, program, scratch, tree


class Confinement(Protocol):
    """What a sealed program takes on, where no namespace can be had."""

    def prepare(self, orders: dict[str, Any], streams: tuple[int, int]) -> None:
        """Make the folder fit for it, in the warden."""

    def confine(self, orders: Mapping[str, Any]) -> None:
        """Give up everything that the program shall not have, in its own process; raise OSError where that fails."""


def start(
    parcel: int,
    streams: tuple[int, int],
    grader: socket.socket,
    ours: Collection[str],
    confinement: Confinement | None = None,
) -> Mapping[str, Any]:
    """Run the parcel's program in a child and end this process with it; return in the child alone.

    `grader` hears `root` (this process), then `running`, then `ended`, or `fault`.
    """
    folder = ""
    try:
        warm_parent = os.getppid()
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGTERM)
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        linux.adopt_orphans()
        orders, files = channel.unpack(parcel)
        folder = orders["folder"]
        me = os.pidfd_open(os.getpid())
        channel.send(grader, {"root": os.getpid()}, [me])
        os.mkdir(folder, 0o700)
        for below in ("work", "home"):
            os.mkdir(f"{folder}/{below}", 0o700)
        scratch.write(f"{folder}/work", files)
        orders["environment"]["SSL_CERT_FILE"] = f"{folder}/certificate.pem"
        with open(f"{folder}/certificate.pem", "w", encoding="ascii") as file:
            file.write(certificate.PEM)
        if confinement is not None:
            confinement.prepare(orders, streams)
        hears, tells = os.pipe()
        warden = os.getpid()
        child = os.fork()
        if child == 0:
            os.close(hears)
            return _become_program(orders, streams, tells, ours, warden, confinement)
        os.close(tells)
        for descriptor in streams:
            os.close(descriptor)
        _end_on_request(child)
        if os.getppid() != warm_parent:
            os.kill(child, signal.SIGKILL)
        with os.fdopen(hears) as report:
            fault = report.read()
        channel.send(grader, {"fault": fault} if fault else {"running": True})
        status = _wait(child)
        channel.send(grader, {"ended": status})
    except BaseException as error:
        with contextlib.suppress(OSError):
            channel.send(grader, {"fault": f"{type(error).__name__}: {error}"})
    _clear(folder)
    os._exit(0)


def _become_program(
    orders: Mapping[str, Any],
    streams: tuple[int, int],
    tells: int,
    ours: Collection[str],
    warden: int,
    confinement: Confinement | None,
) -> Mapping[str, Any]:
    try:
        linux.die_with_parent(warden)
        os.setsid()
        program.restore_signals()
        program.settle(orders["entry"], f"{orders['folder']}/work", orders["environment"], streams, ours)
        program.close_all_but_standard([tells])
        beside = inside.__file__
        if confinement is not None:
            confinement.confine(orders)
            linux.die_with_parent(warden)  # a change of user has undone it
            beside = f"{orders['folder']}/inside.py"
        if orders["fresh"]:
            program.begin_afresh(orders, beside)
    except BaseException as error:
        os.write(tells, f"{type(error).__name__}: {error}".encode())
        os._exit(70)
    os.close(tells)
    return orders


def _end_on_request(child: int) -> None:
    def end(*_: object) -> None:
        with contextlib.suppress(OSError):
            os.killpg(child, signal.SIGKILL)
        with contextlib.suppress(OSError):
            os.kill(child, signal.SIGKILL)

    signal.signal(signal.SIGTERM, end)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])


def _wait(child: int) -> int:
    """Wait for the program, then end every process it left; return its wait status."""
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == child:
            break
    with contextlib.suppress(OSError):
        os.killpg(child, signal.SIGKILL)
    _end_the_rest()
    return status


def _end_the_rest() -> None:
    while True:
        for pid in tree.descendants(os.getpid())[1:]:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _clear(folder: str) -> None:
    with contextlib.suppress(BaseException):
        _end_the_rest()
    if folder:
        with contextlib.suppress(BaseException):
            scratch.remove(folder)
