"""The system calls in which a thread may sleep, and for how long: as the kernel shows them. Linux.

`/proc/PID/task/TID/syscall` holds a call's number and its arguments; a time-out lies in the program's memory, which
may be read by whoever may ptrace it (the same user, or the owner of its user namespace).
"""

from __future__ import annotations

import os
import platform
import struct
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

SECOND_NS = 1_000_000_000
FOREVER_NS = 1 << 62

Kind = Literal["none", "ms", "timespec", "timeval", "futex", "clock"]


@dataclass(frozen=True)
class Call:
    """A call: how its time-out is told (argument number and kind), and whether it waits on descriptors."""

    argument: int | None = None
    kind: Kind = "none"
    descriptors: bool = False
    number: int | None = None  # the argument that tells of how many descriptors
    sleeps: bool = False  # it does nothing but sleep


_KNOWN = {
    "read": Call(descriptors=True),
    "recvfrom": Call(descriptors=True),
    "recvmsg": Call(descriptors=True),
    "poll": Call(2, "ms", True, 1),
    "ppoll": Call(2, "timespec", True, 1),
    "select": Call(4, "timeval", True),
    "pselect6": Call(4, "timespec", True),
    "epoll_wait": Call(3, "ms", True),
    "epoll_pwait": Call(3, "ms", True),
    "epoll_pwait2": Call(3, "timespec", True),
    "futex": Call(3, "futex"),
    "nanosleep": Call(0, "timespec", sleeps=True),
    "clock_nanosleep": Call(2, "clock", sleeps=True),
    "rt_sigtimedwait": Call(2, "timespec"),
    "semtimedop": Call(3, "timespec"),
    **dict.fromkeys(("accept", "accept4", "flock", "pause", "rt_sigsuspend", "wait4", "waitid"), Call()),
}

# System call numbers (asm/unistd_64.h, asm-generic/unistd.h).
_NUMBERS = {
    "x86_64": {
        "read": 0, "poll": 7, "select": 23, "pause": 34, "nanosleep": 35, "accept": 43, "recvfrom": 45, "recvmsg": 47,
        "wait4": 61, "flock": 73, "rt_sigtimedwait": 128, "rt_sigsuspend": 130, "futex": 202, "semtimedop": 220,
        "clock_nanosleep": 230, "epoll_wait": 232, "waitid": 247, "pselect6": 270, "ppoll": 271, "epoll_pwait": 281,
        "accept4": 288, "epoll_pwait2": 441,
    },
    "aarch64": {
        "epoll_pwait": 22, "flock": 32, "read": 63, "pselect6": 72, "ppoll": 73, "waitid": 95, "futex": 98,
        "nanosleep": 101, "clock_nanosleep": 115, "rt_sigsuspend": 133, "rt_sigtimedwait": 137, "semtimedop": 192,
        "accept": 202, "recvfrom": 207, "recvmsg": 212, "accept4": 242, "wait4": 260, "epoll_pwait2": 441,
    },
}  # fmt: skip

# By number, what this machine's kernel shows; None where its numbers are not known.
CALLS: Mapping[int, Call] | None = (
    {number: _KNOWN[name] for name, number in _NUMBERS[platform.machine()].items()}
    if platform.machine() in _NUMBERS
    else None
)

_FUTEX_COMMAND = 0x7F
_FUTEX_WAIT = 0
_FUTEX_CLOCK_REALTIME = 256
_TIMER_ABSTIME = 1


def parsed(shown: bytes) -> tuple[int, list[int]] | None:
    """Read a `syscall` file: the number and the arguments; None where the thread sleeps in no call."""
    words = shown.split()
    if words[0] == b"running" or int(words[0]) < 0:
        return None
    return int(words[0]), [int(word, 16) for word in words[1:7]]


def left_ns(call: Call, arguments: Sequence[int], pid: int) -> int | None:
    """How long a call may still last: of a relative time-out the whole, `FOREVER_NS` without one; None: not told."""
    if call.argument is None:
        return FOREVER_NS
    value = arguments[call.argument]
    if call.kind == "ms":
        milliseconds: int = struct.unpack("i", struct.pack("I", value & 0xFFFFFFFF))[0]
        return FOREVER_NS if milliseconds < 0 else milliseconds * 1_000_000
    if value == 0:
        return FOREVER_NS
    spoken = _two_words(pid, value)
    if spoken is None:
        return None
    if call.kind == "timeval":
        return spoken[0] * SECOND_NS + spoken[1] * 1000
    left = spoken[0] * SECOND_NS + spoken[1]
    clock = _clock(call, arguments)
    return left if clock is None else left - time.clock_gettime_ns(clock)


def is_relative(call: Call, arguments: Sequence[int]) -> bool:
    """Whether a time-out counts from the beginning of the call, which is not known."""
    return _clock(call, arguments) is None


def _clock(call: Call, arguments: Sequence[int]) -> int | None:
    """The clock of an absolute time-out (`futex(2)`, `clock_nanosleep(2)`)."""
    if call.kind == "futex" and arguments[1] & _FUTEX_COMMAND != _FUTEX_WAIT:
        return time.CLOCK_REALTIME if arguments[1] & _FUTEX_CLOCK_REALTIME else time.CLOCK_MONOTONIC
    if call.kind == "clock" and arguments[1] & _TIMER_ABSTIME:
        return time.CLOCK_REALTIME if arguments[0] == 0 else time.CLOCK_MONOTONIC
    return None


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
