"""The few system calls that Python does not offer, each as one function that raises OSError.

Linux only; imported by what runs in the warm parent and below, never by the grader's own process on
another system. Numbers are those of the generic table shared by x86-64 and arm64 for calls added
since Linux 5.1 (424 and up); older calls go through libc by name.
"""

from __future__ import annotations

import ctypes
import os
from typing import Any

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long

PR_SET_PDEATHSIG = 1  # Linux 2.1.57
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36  # Linux 3.4
PR_SET_NO_NEW_PRIVS = 38  # Linux 3.5
PR_CAP_AMBIENT = 47
_SIGKILL = 9


def checked(result: int, what: str) -> int:
    """Return a call's result, or raise OSError saying what was tried."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def syscall(number: int, what: str, *arguments: Any) -> int:
    """Make a system call by number."""
    return checked(_libc.syscall(ctypes.c_long(number), *arguments), what)


def prctl(option: int, value: int, pointer: Any = 0) -> None:
    """Change something of the calling process."""
    checked(_libc.prctl(option, ctypes.c_ulong(value), pointer, 0, 0), f"prctl {option}")


def adopt_orphans() -> None:
    """Become the new parent of every descendant whose own parent dies."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent(parent: int) -> None:
    """Be killed when the parent dies, also if that has happened already."""
    prctl(PR_SET_PDEATHSIG, _SIGKILL)
    if os.getppid() != parent:
        os._exit(70)
