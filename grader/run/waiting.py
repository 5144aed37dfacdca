"""Whether a program can do nothing but wait: asked of the kernel, thread by thread. Linux; no clock decides.

A thread is *running* (on a processor, in line for one, or waiting for a disk), *timed* (asleep, but it will wake
by itself: a sleep, a poll with a timeout under a second; of a single descriptor, under a tenth) or *blocked* (only
somebody else can wake it: a read, a poll or a lock without such a timeout; or it has ended). A program all of whose
threads are blocked can only be woken by us, for its standard input is empty and the loopback API is its whole world.

`/proc/PID/task/TID/syscall` shows the call in which a thread sleeps and its arguments (readable by whoever may
ptrace it: the same user, or the owner of its user namespace); `schedstat` tells how long it has run and how often it
was given a processor, so that two looks with the same figures prove that no thread ran in between: all were asleep at
one moment.
"""

from __future__ import annotations

import contextlib
import os
import platform
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from grader.replay.gate import CannotSay
from grader.sandbox import procfs
from grader.sandbox.tree import LINUX, descendants, threads

State = Literal["running", "timed", "blocked"]

_SECOND_NS = 1_000_000_000
_TIMEOUT_NS = 100_000_000  # of one descriptor: it is how a client waits that gives up after a time
_FOREVER_NS = 1 << 62


@dataclass(frozen=True)
class Look:
    """All threads at one look: states, how long (ns) and how often each has run; whether one waits on descriptors.

    `starting`: a process runs of which no thread waits on descriptors.
    """

    states: dict[int, State]
    ran_ns: dict[int, int]
    turns: dict[int, int]
    on_descriptors: bool
    starting: bool

    @property
    def running(self) -> bool:
        return "running" in self.states.values()

    @property
    def timed(self) -> tuple[int, ...]:
        """The threads that will wake by themselves."""
        return tuple(thread for thread, state in self.states.items() if state == "timed")


@dataclass(frozen=True)
class _Call:
    """A system call in which a thread may sleep: how its time-out is told (argument number and kind)."""

    argument: int | None = None
    kind: Literal["none", "ms", "timespec", "timeval", "futex", "sleep"] = "none"
    descriptors: bool = False
    number: int | None = None  # the argument that tells of how many descriptors


def _calls(numbers: dict[str, int]) -> dict[int, _Call]:
    known = {
        "read": _Call(descriptors=True),
        "recvfrom": _Call(descriptors=True),
        "recvmsg": _Call(descriptors=True),
        "poll": _Call(2, "ms", True, 1),
        "ppoll": _Call(2, "timespec", True, 1),
        "select": _Call(4, "timeval", True),
        "pselect6": _Call(4, "timespec", True),
        "epoll_wait": _Call(3, "ms", True),
        "epoll_pwait": _Call(3, "ms", True),
        "epoll_pwait2": _Call(3, "timespec", True),
        "futex": _Call(3, "futex"),
        "nanosleep": _Call(None, "sleep"),
        "clock_nanosleep": _Call(None, "sleep"),
        "rt_sigtimedwait": _Call(2, "timespec"),
        "semtimedop": _Call(3, "timespec"),
    }
    return {number: known[name] for name, number in numbers.items()}


# System call numbers (asm/unistd_64.h, asm-generic/unistd.h).
_TABLES = {
    "x86_64": _calls(
        {
            "read": 0, "poll": 7, "select": 23, "nanosleep": 35, "recvfrom": 45, "recvmsg": 47,
            "rt_sigtimedwait": 128, "futex": 202, "semtimedop": 220, "clock_nanosleep": 230, "epoll_wait": 232,
            "pselect6": 270, "ppoll": 271, "epoll_pwait": 281, "epoll_pwait2": 441,
        }
    ),
    "aarch64": _calls(
        {
            "read": 63, "pselect6": 72, "ppoll": 73, "epoll_pwait": 22, "futex": 98, "nanosleep": 101,
            "clock_nanosleep": 115, "rt_sigtimedwait": 137, "semtimedop": 192, "recvfrom": 207, "recvmsg": 212,
            "epoll_pwait2": 441,
        }
    ),
}  # fmt: skip

_ALARM = 1 << 14 - 1  # SIGALRM, as /proc/PID/status writes it (proc(5))
_FUTEX_COMMAND = 0x7F
_FUTEX_WAIT = 0
_FUTEX_CLOCK_REALTIME = 256


class Watch:
    """Looks at the threads of one program."""

    def __init__(self, roots: Sequence[int]) -> None:
        self._roots = roots
        self._calls = _TABLES.get(platform.machine())
        self._first_left_ns: dict[tuple[int, int], int] = {}  # (thread, turns): what its lock's time-out left at first
        self._known: dict[int, int] = {}  # the threads of the last look, and their processes
        self._alarmed: set[int] = set()  # processes that answer to a timer's signal, which the kernel does not show
        self._files = procfs.Files()
        self._last: Look | None = None

    def close(self) -> None:
        """Let go of what is open for looking."""
        self._files.close()

    def look(self) -> Look:
        """Look at every thread of every process once; raise CannotSay where the system does not tell."""
        if self._calls is None or not LINUX:
            raise CannotSay
        states: dict[int, State] = {}
        ran_ns: dict[int, int] = {}
        turns: dict[int, int] = {}
        on_descriptors = starting = False
        self._known = {}
        for pid, names in threads(*self._roots, files=self._files).items():
            runs = asks = False
            for name in names:
                thread = int(name)
                try:
                    ran, turn = self._has_run(pid, thread)
                    state, waits = self._state(pid, thread, turn)
                except (FileNotFoundError, ProcessLookupError):
                    continue  # it has ended
                except OSError:
                    raise CannotSay from None
                if thread in self._alarmed and state == "blocked":
                    state = "timed"
                states[thread], ran_ns[thread], turns[thread] = state, ran, turn
                self._known[thread] = pid
                runs, asks = runs or state == "running", asks or waits
            on_descriptors, starting = on_descriptors or asks, starting or (runs and not asks)
        self._last = Look(states, ran_ns, turns, on_descriptors, starting)
        return self._last

    def last_look(self) -> Look:
        """The last look; the first where there was none."""
        return self._last or self.look()

    def ran(self) -> dict[int, int]:
        """For how long (ns) each thread of the last look has run by now: a tenth of a look's work."""
        if not self._known:
            return self.look().ran_ns
        found = {}
        for thread, pid in self._known.items():
            with contextlib.suppress(OSError):
                found[thread] = self._has_run(pid, thread)[0]
        return found

    def rests(self) -> dict[int, int]:
        """How often each thread of the last look has gone to sleep of itself: to be interrupted is no rest."""
        found = {}
        for thread, pid in self._known.items():
            with contextlib.suppress(OSError, StopIteration):
                status = self._files.of_thread(pid, thread, "status").splitlines()
                found[thread] = next(int(line.split()[1]) for line in status if line.startswith(b"voluntary"))
        return found

    def asleep(self) -> Look | None:
        """Look twice; the second look where no thread is running and none but timers ran in between, else None."""
        first = self.look()
        if first.running:
            return None
        if not first.timed and self._find_alarmed():
            return None
        second = self.look()
        ran = {thread for thread, _ in first.ran_ns.items() ^ second.ran_ns.items()}
        return second if ran <= set(second.timed) and not second.running else None

    def times_ns(self) -> dict[int, tuple[int, int]]:
        """For how long (ns) each thread ran, and stood in line for a processor; {} where the system does not tell."""
        found: dict[int, tuple[int, int]] = {}
        if LINUX:
            for pid, names in threads(*self._roots, files=self._files).items():
                for name in names:
                    with contextlib.suppress(OSError, IndexError, ValueError):
                        had = self._files.of_thread(pid, name, "schedstat").split()
                        found[int(name)] = int(had[0]), int(had[1])
        return found

    def processor_s(self) -> float:
        """Processor seconds that the program has used, its ended children included; 0 where nobody tells."""
        ticks = 0
        if LINUX:
            for pid in descendants(*self._roots, files=self._files):
                with contextlib.suppress(OSError):
                    ticks += sum(map(int, procfs.fields(pid)[11:15]))
            return ticks / os.sysconf("SC_CLK_TCK")
        return 0.0

    def _find_alarmed(self) -> bool:
        """Look for processes whose main thread a timer may wake with a signal; tell whether there is a new one."""
        found = {pid for pid in set(self._known.values()) - self._alarmed if _catches_alarms(pid)}
        self._alarmed |= found
        return bool(found)

    def _has_run(self, pid: int, thread: int) -> tuple[int, int]:
        """For how long (ns), and how often, a thread was given a processor: fields 1 and 3 of schedstat."""
        fields = self._files.of_thread(pid, thread, "schedstat").split()
        return int(fields[0]), int(fields[2])

    def _state(self, pid: int, thread: int, turns: int) -> tuple[State, bool]:
        words = self._files.of_thread(pid, thread, "syscall").split()
        if words[0] == b"running":
            return self._by_status(pid, thread), False
        number = int(words[0])
        if number < 0:  # asleep outside of any call: a page is being read; or it has ended, and nobody asked for it yet
            return self._by_status(pid, thread), False
        assert self._calls is not None
        call = self._calls.get(number, _Call())
        if call.kind == "none" and _scheduling_state(pid, thread) == "D":
            return "running", False
        arguments = [int(word, 16) for word in words[1:7]]
        left_ns = self._left_ns(call, arguments, pid, thread, turns)
        alone = call.number is not None and arguments[call.number] == 1
        return ("blocked" if left_ns >= (_TIMEOUT_NS if alone else _SECOND_NS) else "timed"), call.descriptors

    @staticmethod
    def _by_status(pid: int, thread: int) -> State:
        """Tell a stopped or dead thread, which also has no call to show, from one that runs."""
        return "blocked" if _scheduling_state(pid, thread) in "TtZX" else "running"

    def _left_ns(self, call: _Call, arguments: list[int], pid: int, thread: int, turns: int) -> int:
        """How long the thread sleeps at the most, from the beginning of this sleep."""
        if call.kind == "sleep":
            return 0
        if call.kind == "none" or call.argument is None:
            return _FOREVER_NS
        value = arguments[call.argument]
        if call.kind == "ms":
            milliseconds = struct.unpack("i", struct.pack("I", value & 0xFFFFFFFF))[0]
            return _FOREVER_NS if milliseconds < 0 else milliseconds * 1_000_000
        if value == 0:
            return _FOREVER_NS
        spoken = _two_words(pid, value)
        if spoken is None:
            return 0
        if call.kind == "timeval":
            return spoken[0] * _SECOND_NS + spoken[1] * 1000
        left = spoken[0] * _SECOND_NS + spoken[1]
        if call.kind == "futex" and arguments[1] & _FUTEX_COMMAND != _FUTEX_WAIT:  # an absolute time
            realtime = arguments[1] & _FUTEX_CLOCK_REALTIME
            left -= time.time_ns() if realtime else time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        return self._first_left_ns.setdefault((thread, turns), left)


def _scheduling_state(pid: int, thread: int) -> str:
    return procfs.fields(f"{pid}/task/{thread}")[0].decode()


def _catches_alarms(pid: int) -> bool:
    """Whether a process has a handler for the signal of a timer (`setitimer`, `alarm`)."""
    try:
        status = procfs.read(f"/proc/{pid}/status")
    except OSError:
        return False
    caught = next((line for line in status.splitlines() if line.startswith(b"SigCgt:")), b"SigCgt: 0")
    return bool(int(caught.split()[1], 16) & _ALARM)


def _two_words(pid: int, address: int) -> tuple[int, int] | None:
    """Read a struct timespec or timeval out of a sleeping program; None where that is not allowed."""
    try:
        memory = os.open(f"/proc/{pid}/mem", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        seconds, part = struct.unpack("qq", os.pread(memory, 16, address))
        return seconds, part
    except (OSError, struct.error):
        return None
    finally:
        os.close(memory)
