"""How much a program holds, over all its processes, watched from outside: the limit where no cgroup can be had.

Theory: a limit for each process times the number of processes is not a limit, so the sum is looked at every few
hundredths of a second and the program killed when it is too much. Resident pages (`statm`) are cheap to read but
count what processes share once for each; only where their sum is too much is the exact share asked for
(`smaps_rollup`, Linux 4.14), in which a page of n processes counts 1/n for each. What a program can grab between two
looks is bounded by the limits of its processes; one that held as much as at the look before is asleep or at work on
what it has, and is looked at less often. Where the scratch folder is not a file system of its own (no mount
namespace), its size is looked at in the same way.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from grader.sandbox import procfs, tree

_LOOK_S = 0.04
_AT_REST_EVERY = 4  # looks
_FOLDER_EVERY = 5  # looks
_MOST_FILES = 16_384
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass
class Watched:
    """One program: the roots of its trees, its bounds, what to do when it goes beyond them, and its last look."""

    roots: tuple[int, ...]
    memory_bytes: int
    end: Callable[[], None]
    folder: str = ""
    folder_bytes: int = 0
    files: procfs.Files = field(default_factory=procfs.Files, init=False)
    held_bytes: int = field(default=-1, init=False)
    rests: bool = field(default=False, init=False)  # it held as much at the look before


class Watch:
    """Looks at every running program of a launcher, from one timer."""

    def __init__(self) -> None:
        self._programs: dict[tuple[int, ...], Watched] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._looks = 0

    def begin(self, program: Watched) -> None:
        """Look at this program from now on."""
        self._programs[program.roots] = program
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_LOOK_S, self._look)

    def stop(self, roots: tuple[int, ...]) -> None:
        """Look at it no more."""
        if (program := self._programs.pop(roots, None)) is not None:
            program.files.close()

    def _look(self) -> None:
        self._timer = None
        self._looks += 1
        began = time.monotonic()
        for program in tuple(self._programs.values()):
            due = not program.rests or self._looks % _AT_REST_EVERY == 0
            too_much = due and _holds_too_much(program)
            if not too_much and program.folder and self._looks % _FOLDER_EVERY == 0:
                too_much = folder_exceeds(program.folder, program.folder_bytes)
            if too_much:
                self.stop(program.roots)
                program.end()
        if self._programs:  # where there is much to look at, or the machine is busy, looking takes a tenth of the time
            pause_s = max(_LOOK_S, 10 * (time.monotonic() - began))
            self._timer = asyncio.get_running_loop().call_later(pause_s, self._look)


def _holds_too_much(program: Watched) -> bool:
    processes = tree.descendants(*program.roots, files=program.files)
    held_bytes = sum(_resident(pid, program.files) for pid in processes)
    program.rests, program.held_bytes = held_bytes == program.held_bytes, held_bytes
    if held_bytes <= program.memory_bytes:
        return False
    return sum(_share(pid, program.files) for pid in processes) > program.memory_bytes


def _resident(pid: int, files: procfs.Files) -> int:
    try:
        return int(files.of_process(pid, "statm").split()[1]) * _PAGE_BYTES
    except (OSError, IndexError):
        return 0  # it has ended


def _share(pid: int, files: procfs.Files) -> int:
    try:
        lines = procfs.read(f"/proc/{pid}/smaps_rollup").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(b"Pss:"))
    except PermissionError:
        return _resident(pid, files)
    except (OSError, StopIteration):
        return 0


def folder_exceeds(folder: str, most_bytes: int) -> bool:
    """Say whether the files below a folder are too many, or take more than so many bytes."""
    total = files = 0
    waiting = [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as found:
                for entry in found:
                    files += 1
                    total += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    if files > _MOST_FILES or total > most_bytes:
                        return True
        except OSError:
            continue  # it has just been removed, or closed to us
    return False
