"""seccomp: system calls that no student's program needs are refused before the kernel looks at them.

Theory: a filter (Linux 3.5) is inherited by everything that the process starts and can never be taken off. It
closes the ways around the other layers (new namespaces, mounts, tracing, keys, io_uring, handles of files),
memory that no limit counts (memfd, System V) and families of sockets that a network namespace does not hold back
(vsock, netlink, packet). What is refused looks like a missing right, so programs fall back. The filter is
written with libseccomp, through pyseccomp, once, on the grader's side; a child only loads its bytes, so nothing
of that library is in its memory. Calls of another architecture's table end the process (libseccomp's default).
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import socket
import struct
import tempfile
from typing import Any

from grader.sandbox import linux

REFUSED = (  # noqa: SIM905  (a list of eighty lines says no more)
    # ways to new rights and namespaces, and to other processes
    "unshare setns mount umount umount2 pivot_root chroot move_mount open_tree open_tree_attr fsopen fsmount "
    "fsconfig fspick mount_setattr ptrace process_vm_readv process_vm_writev process_madvise kcmp pidfd_getfd "
    "open_by_handle_at name_to_handle_at add_key keyctl request_key personality "
    # large and often attacked parts of the kernel
    "io_uring_setup io_uring_enter io_uring_register bpf perf_event_open userfaultfd fanotify_init "
    "lookup_dcookie vmsplice "
    # the machine
    "kexec_load kexec_file_load init_module finit_module delete_module swapon swapoff reboot quotactl quotactl_fd "
    "acct syslog vhangup settimeofday clock_settime clock_adjtime adjtimex sethostname setdomainname iopl ioperm "
    # memory that neither the scratch folder's size nor a process's own limits count
    "memfd_create memfd_secret shmget shmat shmctl semget semop semtimedop semctl msgget msgsnd msgrcv msgctl "
    "mq_open mq_unlink"
).split()

_NEW_NAMESPACES = (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000)
_CLONE_PARENT = 0x8000  # a child for the warm parent, who would never take leave of it, so its box would never end
_FAMILIES = 46  # AF_MAX; what the kernel does not know it refuses itself
_TYPE = 0xF  # of a socket: the rest are flags
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C  # put characters into a terminal
_MODE_FILTER = 2
_PR_SET_SECCOMP = 22


def build(*, own_network: bool) -> bytes:
    """Write the filter; without a network namespace also refuse UDP and Unix sockets.

    Raises ImportError or OSError where libseccomp is missing.
    """
    import pyseccomp  # type: ignore[import-not-found, import-untyped, unused-ignore]

    program = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    refuse = pyseccomp.ERRNO(errno.EPERM)
    for name in REFUSED:
        with contextlib.suppress(OSError, ValueError):  # unknown on this machine, or to this libseccomp
            program.add_rule(refuse, name)
    # clone3 hides its flags behind a pointer; the C library falls back to clone
    program.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    for flag in (*_NEW_NAMESPACES, _CLONE_PARENT):
        program.add_rule(refuse, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, flag, flag))
    for request in (_TIOCSTI, _TIOCLINUX):
        program.add_rule(refuse, "ioctl", pyseccomp.Arg(1, pyseccomp.MASKED_EQ, 0xFFFFFFFF, request))
    _refuse_sockets(pyseccomp, program, own_network)
    with tempfile.TemporaryFile() as file:
        program.export_bpf(file)
        file.seek(0)
        return file.read()


def _refuse_sockets(pyseccomp: Any, program: Any, own_network: bool) -> None:
    families: set[int] = {socket.AF_INET, socket.AF_INET6}
    if own_network:
        families.add(socket.AF_UNIX)
    for family in range(_FAMILIES):
        if family not in families:
            program.add_rule(pyseccomp.ERRNO(errno.EAFNOSUPPORT), "socket", pyseccomp.Arg(0, pyseccomp.EQ, family))
    kinds: set[int] = {socket.SOCK_RAW} if own_network else {socket.SOCK_RAW, socket.SOCK_DGRAM}
    for family in (socket.AF_INET, socket.AF_INET6):
        for kind in kinds:
            program.add_rule(
                pyseccomp.ERRNO(errno.EACCES),
                "socket",
                pyseccomp.Arg(0, pyseccomp.EQ, int(family)),
                pyseccomp.Arg(1, pyseccomp.MASKED_EQ, _TYPE, int(kind)),
            )


def load(program: bytes) -> None:
    """Put this process, and all that it starts, under a filter; raise OSError where that fails."""
    code = ctypes.create_string_buffer(program, len(program))
    block = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    linux.prctl(_PR_SET_SECCOMP, _MODE_FILTER, block)


def missing() -> str | None:
    """Say what to install where no filter can be written; None where it can."""
    if os.name != "posix":
        return "seccomp is a part of Linux."
    try:
        import pyseccomp  # type: ignore[import-not-found, import-untyped, unused-ignore]  # noqa: F401
    except ImportError:
        return "Install pyseccomp: python -m pip install -e '.[bulk]' in the project's folder."
    except (OSError, RuntimeError):
        return "Install libseccomp (Debian and Ubuntu: libseccomp2; Fedora: libseccomp)."
    return None
