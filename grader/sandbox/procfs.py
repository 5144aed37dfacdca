"""The kernel's small files about processes (Linux): read at once, which is several times cheaper than a file object."""

from __future__ import annotations

import os

_PAGE_BYTES = 1 << 12  # what the kernel gives at a time, less the entry that did not fit any more
_FULL_BYTES = _PAGE_BYTES - 64


def read(path: str) -> bytes:
    """Read a file below `/proc`; raise OSError where it cannot be read, or is gone."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        found = piece = os.read(file, _PAGE_BYTES)
        while len(piece) > _FULL_BYTES:
            piece = os.read(file, _PAGE_BYTES)
            found += piece
        return found
    finally:
        os.close(file)


def fields(pid: int | str) -> list[bytes]:
    """Split `/proc/PID/stat` after the program's name, which may hold anything: field 3 of proc(5) comes first."""
    return read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
