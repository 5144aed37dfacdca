"""One writer a folder: held while a batch runs, given back by the system however the process ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType

_NAME = ".bulk.lock"


class LockedError(RuntimeError):
    """Another batch writes into the folder; the text is one line."""


class Lock:
    """Holds a folder for one writer: `with Lock(out):`; raises LockedError where it is held already."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._descriptor = -1

    def __enter__(self) -> Lock:
        self._descriptor = os.open(self._out / _NAME, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
        try:
            _take(self._descriptor)
        except OSError:
            os.close(self._descriptor)
            raise LockedError(
                f"Another bulk or regrade is writing into {self._out}. Wait until it has ended, or name another folder."
            ) from None
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        os.close(self._descriptor)  # the file stays: removing it would let two hold two files of one name


if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
