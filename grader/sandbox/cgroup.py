"""Control groups (v2): the kernel's own limit on the sum of a program's memory and on its processes.

Theory: a group's `memory.max` counts everything that its processes hold, files in memory included, and the kernel
ends a process of it when there is no more (`memory.oom.group`: all of them, Linux 4.19); `pids.max` counts tasks.
Groups can be made where a part of the tree was handed over (`systemd-run --user --scope -p Delegate=yes`, or a
container with a group of its own). A group that has groups below it may hold no process of its own, so the grader
moves down a step (and back when it ends); it does that only when it alone lives in its group. A process that it then
starts lives down there too, and makes its groups beside. Elsewhere `memory` looks from outside.
"""

from __future__ import annotations

import atexit
import contextlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from grader.sandbox import tree

_WANTED = frozenset({"memory", "pids"})
_GRADER = "grader"


@dataclass(frozen=True)
class Group:
    """The control group of one program."""

    path: Path

    def door(self) -> int:
        """Open the file by which a process joins (it writes `0`); the right to do so goes with the descriptor."""
        return os.open(self.path / "cgroup.procs", os.O_WRONLY | os.O_CLOEXEC)

    def ran_out(self) -> bool:
        """Say whether the kernel ended a process because the group had no memory left."""
        with contextlib.suppress(OSError):
            for line in (self.path / "memory.events").read_text().splitlines():
                name, _, count = line.partition(" ")
                if name in ("oom_kill", "oom_group_kill") and int(count):
                    return True
        return False

    def remove(self) -> bool:
        """Take the group away; False while the last of its processes is still leaving."""
        try:
            self.path.rmdir()
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return True


@dataclass(frozen=True)
class Delegated:
    """A part of the tree in which groups can be made."""

    base: Path
    leaving: set[Group] = field(default_factory=set)

    def leave(self, group: Group) -> None:
        """Take a group away, now or at the next occasion."""
        self.leaving.add(group)
        self.sweep()

    def sweep(self) -> None:
        """Take away the groups whose processes have left by now."""
        self.leaving.difference_update([group for group in self.leaving if group.remove()])

    def group(self, name: str, memory_bytes: int, processes: int) -> Group:
        """Make a group with its limits; raise OSError where that fails."""
        self.sweep()
        path = self.base / name
        path.mkdir()
        try:
            (path / "memory.max").write_text(str(memory_bytes))
            (path / "pids.max").write_text(str(processes))
            for file, value in (("memory.swap.max", "0"), ("memory.oom.group", "1")):
                if (path / file).exists():
                    (path / file).write_text(value)
        except OSError:
            path.rmdir()
            raise
        return Group(path)


def find(proc: Path = Path("/proc"), mounted: Path | None = None) -> Delegated | None:
    """Find the part of the tree that was handed to us, and make it ready; None where there is none."""
    try:
        top = mounted or _mounted(proc)
        own = _own(proc)
        if top is None or own is None:
            return None
        base = top / own.lstrip("/")
        if base.name.startswith(_GRADER):  # another grader, whose process we are, has moved down already
            base = base.parent
            if not set((base / "cgroup.subtree_control").read_text().split()) >= _WANTED:
                return None
            return Delegated(base) if os.access(base, os.W_OK) else None
        if not set((base / "cgroup.controllers").read_text().split()) >= _WANTED:
            return None
        if not os.access(base / "cgroup.subtree_control", os.W_OK):
            return None
        inhabitants = {int(pid) for pid in (base / "cgroup.procs").read_text().split()}
        if not inhabitants <= set(tree.descendants(os.getpid())):
            return None  # others live here too; it was not handed to us
        _move_down(base, inhabitants)
    except OSError:
        return None
    return Delegated(base)


def _move_down(base: Path, inhabitants: set[int]) -> None:
    below = base / f"{_GRADER}-{os.getpid()}"
    below.mkdir(exist_ok=True)
    for pid in inhabitants:
        (below / "cgroup.procs").write_text(str(pid))
    (base / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in sorted(_WANTED)))
    atexit.register(_move_back, base, below, os.getpid())


def _move_back(base: Path, below: Path, mover: int) -> None:
    """Leave the tree as it was found; where others still live below, as much of it as can be."""
    if os.getpid() != mover:
        return
    with contextlib.suppress(OSError):
        (base / "cgroup.subtree_control").write_text(" ".join(f"-{name}" for name in sorted(_WANTED)))
        for pid in (below / "cgroup.procs").read_text().split():
            (base / "cgroup.procs").write_text(pid)
        below.rmdir()


def _mounted(proc: Path) -> Path | None:
    for line in (proc / "self/mounts").read_text().splitlines():
        _, place, kind, *_ = line.split()
        if kind == "cgroup2":
            return Path(place)
    return None


def _own(proc: Path) -> str | None:
    for line in (proc / "self/cgroup").read_text().splitlines():
        number, _, path = line.split(":", 2)
        if number == "0":
            return path
    return None
