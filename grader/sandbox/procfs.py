"""The kernel's small files about processes (Linux): read at once, which is several times cheaper than a file object.

`Files` reads those of one program again and again: it keeps them open, which is several times cheaper once more. An
open file stays that of the process that it was opened for, whoever is given its number later: it then tells nothing.
"""

from __future__ import annotations

import contextlib
import os

_PAGE_BYTES = 1 << 12  # what the kernel gives at a time, less the entry that did not fit any more
_FULL_BYTES = _PAGE_BYTES - 64
_MOST_OPEN = 8  # of one program: all that is asked about two processes


def read(path: str) -> bytes:
    """Read a file below `/proc`; raise OSError where it cannot be read, or is gone."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return _read(file)
    finally:
        os.close(file)


def _read(file: int) -> bytes:
    found = piece = os.pread(file, _PAGE_BYTES, 0)
    while len(piece) > _FULL_BYTES:
        piece = os.pread(file, _PAGE_BYTES, len(found))
        found += piece
    return found


def fields(pid: int | str) -> list[bytes]:
    """Split `/proc/PID/stat` after the program's name, which may hold anything: field 3 of proc(5) comes first."""
    return read(f"/proc/{pid}/stat").rpartition(b")")[2].split()


class Files:
    """Files about the processes of one program, of which the first stay open until `close`."""

    def __init__(self, most_open: int = _MOST_OPEN) -> None:
        self._open: dict[int, dict[str, int]] = {}  # by process: what of it is open
        self._left = most_open

    def threads(self, pid: int) -> list[str]:
        """List the threads of a process; raise OSError where it has ended."""
        kept = self._kept(pid, "task")
        if kept is not None:
            if threads := os.listdir(kept):
                return threads
            self._forget(pid)  # it has ended: what has its number now is another one
        return os.listdir(f"/proc/{pid}/task")

    def of_thread(self, pid: int, thread: int | str, name: str) -> bytes:
        """Read a file about a thread; raise OSError where it cannot be read, or is gone.

        Open stay those of main threads: such a number is nobody else's while the process lives.
        """
        return self.of_process(pid, f"task/{thread}/{name}", keep=str(thread) == str(pid))

    def of_process(self, pid: int, name: str, *, keep: bool = True) -> bytes:
        """Read a file about a process; raise OSError where it cannot be read, or is gone."""
        kept = self._kept(pid, name) if keep else None
        if kept is not None:
            try:
                return _read(kept)
            except OSError:
                self._forget(pid)
        return read(f"/proc/{pid}/{name}")

    def close(self) -> None:
        """Close what is open; it may be read again."""
        for pid in tuple(self._open):
            self._forget(pid)

    def _kept(self, pid: int, name: str) -> int | None:
        """Give the open file, None where it is not to be kept."""
        file = self._open.get(pid, {}).get(name)
        if file is None and self._left > 0:
            file = os.open(f"/proc/{pid}/{name}", os.O_RDONLY | os.O_CLOEXEC)
            self._open.setdefault(pid, {})[name] = file
            self._left -= 1
        return file

    def _forget(self, pid: int) -> None:
        for file in self._open.pop(pid, {}).values():
            with contextlib.suppress(OSError):
                os.close(file)
            self._left += 1
