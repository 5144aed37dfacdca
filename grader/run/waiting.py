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
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from grader.replay.gate import CannotSay
from grader.run.calls import CALLS, FOREVER_NS, SECOND_NS, Call, is_relative, left_ns, parsed
from grader.sandbox import procfs
from grader.sandbox.tree import LINUX, descendants, threads

State = Literal["running", "timed", "blocked"]

_TIMEOUT_NS = 100_000_000  # of one descriptor: it is how a client waits that gives up after a time


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

    @property
    def awake(self) -> tuple[int, ...]:
        """The threads that run, or stand in line for a processor."""
        return tuple(thread for thread, state in self.states.items() if state == "running")


_ALARM = 1 << 14 - 1  # SIGALRM, as /proc/PID/status writes it (proc(5))
_USUAL = 1 << 2 - 1 | 1 << 32 - 1 | 1 << 33 - 1  # SIGINT, which Python catches, and two of the C library's own
_WAKERS = ("timerfd", "io_uring")  # descriptors that wake who waits for them by themselves


_UNKNOWN = Call()


class Watch:
    """Looks at the threads of one program."""

    def __init__(self, roots: Sequence[int]) -> None:
        self._roots = roots
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
        if CALLS is None or not LINUX:
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

    def sleeps_on_s(self, elapsed_s: float) -> float:
        """For how long from now no thread will run, as its sleeps and time-outs say; 0 where that is not certain.

        Of a program that began `elapsed_s` ago and lives in a box of its own: nobody else is there to wake it. The last
        of its roots is the program, the others are ours.
        """
        first = self.look()
        program = self._roots[-1]
        if first.running or first.states.get(program) is None:
            return 0.0
        least_ns = FOREVER_NS
        processes = {pid for pid in self._known.values() if pid not in self._roots[:-1]}
        try:
            if _scheduling_state(program, program) in "ZX" or any(map(_may_be_woken, processes)):
                return 0.0
            for thread, pid in self._known.items():
                if pid in processes:
                    least_ns = min(least_ns, self._sleeps_on_ns(pid, thread, int(elapsed_s * SECOND_NS)))
        except OSError:
            return 0.0
        second = self.look()
        return least_ns / SECOND_NS if second.ran_ns == first.ran_ns and not second.running else 0.0

    def _sleeps_on_ns(self, pid: int, thread: int, elapsed_ns: int) -> int:
        shown = parsed(self._files.of_thread(pid, thread, "syscall"))
        if shown is None:  # it was not running a moment ago: it has stopped, or ended
            return FOREVER_NS
        number, arguments = shown
        call = (CALLS or {}).get(number)
        lasts_ns = None if call is None else left_ns(call, arguments, pid)
        if call is None or lasts_ns is None:
            return 0
        return lasts_ns - elapsed_ns if is_relative(call, arguments) and lasts_ns != FOREVER_NS else lasts_ns

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
        shown = parsed(self._files.of_thread(pid, thread, "syscall"))
        if shown is None:  # it runs; or a page is being read; or it has ended, and nobody asked for it yet
            return self._by_status(pid, thread), False
        number, arguments = shown
        assert CALLS is not None
        call = CALLS.get(number, _UNKNOWN)
        if call.kind == "none" and _scheduling_state(pid, thread) == "D":
            return "running", False
        if call.sleeps:
            return "timed", False
        sleeps_ns = left_ns(call, arguments, pid) or 0
        if not is_relative(call, arguments):  # what was left at the beginning says what it is for
            sleeps_ns = self._first_left_ns.setdefault((thread, turns), sleeps_ns)
        alone = call.number is not None and arguments[call.number] == 1
        return ("blocked" if sleeps_ns >= (_TIMEOUT_NS if alone else SECOND_NS) else "timed"), call.descriptors

    @staticmethod
    def _by_status(pid: int, thread: int) -> State:
        """Tell a stopped or dead thread, which also has no call to show, from one that runs."""
        return "blocked" if _scheduling_state(pid, thread) in "TtZX" else "running"


def _scheduling_state(pid: int, thread: int) -> str:
    """The state of a thread, as proc(5) writes it: S, D, R, T, Z ..."""
    return procfs.fields(f"{pid}/task/{thread}")[0].decode()


def _catches_alarms(pid: int) -> bool:
    """Whether a process has a handler for the signal of a timer (`setitimer`, `alarm`)."""
    try:
        return bool(_signals(pid, b"SigCgt") & _ALARM)
    except OSError:
        return False


def _signals(pid: int, which: bytes) -> int:
    """The signals that a process catches (SigCgt) or blocks (SigBlk), a bit each."""
    status = procfs.read(f"/proc/{pid}/status").splitlines()
    return int(next((line for line in status if line.startswith(which)), b": 0").split()[1], 16)


def _may_be_woken(pid: int) -> bool:
    """Whether a signal or a descriptor may wake a process at a time that its calls do not show."""
    if _signals(pid, b"SigCgt") & ~_USUAL or _signals(pid, b"SigBlk"):
        return True
    open_files = (os.readlink(f"/proc/{pid}/fd/{number}") for number in os.listdir(f"/proc/{pid}/fd"))
    return any(waker in name for name in open_files for waker in _WAKERS)
