"""The processes of a program: which they are, and how all of them are ended. The portable and the Linux way.

On Linux the tree is read from `/proc` (`/proc/PID/task/TID/children`, or parents from `/proc/*/stat` where the
kernel lacks that file). Elsewhere a program is known by its process group (POSIX) or by `taskkill /T` (Windows).
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys

from grader.sandbox import procfs

LINUX = sys.platform.startswith("linux")


_CLOSED = procfs.Files(0)


def descendants(*roots: int, files: procfs.Files = _CLOSED) -> list[int]:
    """List processes and everything below them (Linux), each root before what is below it; without those gone."""
    return list(threads(*roots, files=files))


def threads(*roots: int, files: procfs.Files = _CLOSED) -> dict[int, list[str]]:
    """List the threads of processes and of everything below them (Linux), by process, in the order of `descendants`.

    Who asks again and again gives the `files` that it keeps open.
    """
    found: dict[int, list[str]] = {}
    pending = [*reversed(roots)]
    while pending:
        pid = pending.pop()
        try:
            found[pid] = files.threads(pid)
        except OSError:
            continue
        for thread in found[pid]:
            pending += _children(pid, thread, files)
    return found


def _children(pid: int, thread: str, files: procfs.Files) -> list[int]:
    try:
        said = files.of_thread(pid, thread, "children")
        return [int(child) for child in said.split()] if said else []
    except FileNotFoundError:
        return _children_by_parent(pid) if thread == str(pid) and os.path.exists(f"/proc/{pid}") else []
    except OSError:
        return []


def _children_by_parent(parent: int) -> list[int]:
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                if int(procfs.fields(name)[1]) == parent:
                    found.append(int(name))
    return found


def adopt_orphans() -> None:
    """Ask the kernel to hand us, not init, the processes whose parents end (Linux 3.4), so that none gets away."""
    if LINUX:
        import ctypes

        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def orphans(known: set[int], home: str | None = None) -> list[int]:
    """Children of this process that it did not start: adopted orphans of programs (Linux).

    Where this process has other children too, `home` tells a program's: its `HOME` is in their environment.
    """
    if not LINUX:
        return []
    children = [pid for pid in descendants(os.getpid())[1:] if _parent(pid) == os.getpid() and pid not in known]
    return children if home is None else [pid for pid in children if _lives_in(pid, home)]


def _lives_in(pid: int, home: str) -> bool:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return f"HOME={home}".encode() in file.read().split(b"\0")
    except OSError:
        return False


def _parent(pid: int) -> int | None:
    try:
        return int(procfs.fields(pid)[1])
    except OSError:
        return None


def kill_tree(root: int, *, group: bool) -> None:
    """End a process and all below it; `group` where it leads a process group of its own."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(root)], capture_output=True, check=False)
        return
    below = descendants(root) if LINUX else []
    if group:
        with contextlib.suppress(OSError):
            os.killpg(root, signal.SIGKILL)
    for pid in below or [root]:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
