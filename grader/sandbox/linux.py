"""The few system calls that Python does not offer, each as one function that raises OSError.

Linux only; imported by what runs in the warm parent and below, never by the grader's own process on
another system. Numbers are those of the generic table shared by x86-64 and arm64 for calls added
since Linux 5.1 (424 and up); older calls go through libc by name, or say the machine.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
from typing import Any

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_held = ctypes.PyDLL(None, use_errno=True)  # the same, for calls that must not let go of the interpreter's lock
_held.syscall.restype = ctypes.c_long
_prctl = _libc["prctl"]  # told what it takes, for calls that are made by the dozen: half the price of a call
_prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]

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


def die_first() -> None:
    """Where the machine's memory runs out, be what the kernel ends first: a program, not the grader."""
    score = os.open("/proc/self/oom_score_adj", os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(score, b"1000")
    finally:
        os.close(score)


# ---------------------------------------------------------------- memory

_COLLAPSE = 25  # MADV_COLLAPSE
_LARGE_BYTES = 2 << 20


def gather_memory() -> None:
    """Lay what this process holds in large pages, where the kernel can (Linux 6.1): a fork then copies less."""
    with open("/proc/self/maps") as maps:
        lines = maps.read().splitlines()
    for line in lines:
        span, rights, _, _, file, *_ = line.split()
        if rights.startswith("rw") and file == "0":
            first, last = (int(place, 16) for place in span.split("-"))
            first, last = -(-first // _LARGE_BYTES) * _LARGE_BYTES, last // _LARGE_BYTES * _LARGE_BYTES
            if first < last:  # a refusal costs nothing but time
                _libc.madvise(ctypes.c_void_p(first), ctypes.c_size_t(last - first), _COLLAPSE)


# ---------------------------------------------------------------- namespaces and mounts

NEWNS, NEWCGROUP, NEWUTS, NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND = 1, 2, 4, 8, 32, 4096
MS_REC, MS_PRIVATE = 0x4000, 0x40000
_MNT_DETACH = 2

_AT_FDCWD, _AT_EMPTY_PATH, _AT_RECURSIVE = -100, 0x1000, 0x8000
_OPEN_TREE_CLONE, _OPEN_TREE_CLOEXEC = 1, os.O_CLOEXEC
_MOVE_MOUNT_F_EMPTY_PATH = 4
_OPEN_TREE, _MOVE_MOUNT, _MOUNT_SETATTR = 428, 429, 442
_CLONE3, _CLONE_PIDFD, _SIGCHLD = 435, 0x1000, 17
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}


def unshare(flags: int) -> None:
    """Leave the given kinds of namespaces for new ones (each kind since Linux 3.8; cgroup 4.6)."""
    checked(_libc.unshare(flags), "unshare")


def fork_into(kinds: int) -> tuple[int, int]:
    """Fork a child that begins in new namespaces of these kinds (clone3, Linux 5.3); return its pid and pidfd.

    In the child the pid is 0. Python is told of the fork as `os.fork` does it; the calling process stays where it is.
    """
    pidfd = ctypes.c_int(-1)
    arguments = struct.pack("8Q", kinds | _CLONE_PIDFD, ctypes.addressof(pidfd), 0, 0, _SIGCHLD, 0, 0, 0)
    ctypes.pythonapi.PyOS_BeforeFork()
    pid = _held.syscall(ctypes.c_long(_CLONE3), arguments, ctypes.c_size_t(len(arguments)))
    if pid == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
        return 0, -1
    ctypes.pythonapi.PyOS_AfterFork_Parent()
    return checked(pid, "clone3"), pidfd.value


def join(process: int, kinds: int) -> None:
    """Enter the namespaces of these kinds that a process is in, known by its pidfd (Linux 5.8).

    NEWPID is entered by the children that follow, not by the caller.
    """
    checked(_libc.setns(process, kinds), "setns")


def mount(kind: str, target: str, flags: int, options: str = "") -> None:
    """Mount a file system of a kind, or change the mount at `target`."""
    name = kind.encode()
    result = _libc.mount(name, target.encode(), name, ctypes.c_ulong(flags), options.encode() or None)
    checked(result, f"mount {kind} on {target}")


def unmount(target: str) -> None:
    """Take the mount at `target` out of this namespace."""
    checked(_libc.umount2(target.encode(), _MNT_DETACH), f"umount {target}")


def pivot_root(new: str, old: str) -> None:
    """Make `new` the root; the old root is found at `old`, which lies below it."""
    syscall(_PIVOT_ROOT[os.uname().machine], "pivot_root", new.encode(), old.encode())


def clone_tree(path: str) -> int:
    """Take a detached copy of the mounts at and below `path` (Linux 5.2); return its descriptor."""
    flags = _AT_RECURSIVE | _OPEN_TREE_CLONE | _OPEN_TREE_CLOEXEC
    return syscall(_OPEN_TREE, f"open_tree {path}", _AT_FDCWD, path.encode(), flags)


def set_attributes(tree: int, attributes: int) -> None:
    """Make every mount of a detached copy read-only, nosuid, nodev (MOUNT_ATTR_*, Linux 5.12)."""
    block = struct.pack("QQQQ", attributes, 0, 0, 0)
    syscall(_MOUNT_SETATTR, "mount_setattr", tree, b"", _AT_EMPTY_PATH | _AT_RECURSIVE, block, len(block))


def attach_tree(tree: int, path: str) -> None:
    """Attach a detached copy at `path` and close its descriptor."""
    syscall(_MOVE_MOUNT, f"move_mount {path}", tree, b"", _AT_FDCWD, path.encode(), _MOVE_MOUNT_F_EMPTY_PATH)
    os.close(tree)


# ---------------------------------------------------------------- privileges and the network

_CAP_VERSION_3 = 0x20080522
_SIOCSIFFLAGS, _IFF_UP, _IFF_RUNNING = 0x8914, 0x1, 0x40


def drop_capabilities() -> None:
    """Give up every capability of this process, for good."""
    for capability in range(64):
        if _prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0:
            break  # the first number that this kernel does not know, or no right to drop any
    header = struct.pack("Ii", _CAP_VERSION_3, 0)
    checked(_libc.capset(header, bytes(24)), "capset")
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def raise_loopback() -> None:
    """Bring up the loopback interface of a new network namespace."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP | _IFF_RUNNING))
