"""A submission as the grader takes it in: regular files of one folder, read once, within limits. Runs nothing."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader.run.notebook import with_notebooks

_LARGEST_SOURCE_BYTES = 1 << 20
_LARGEST_FILE_BYTES = 8 << 20
_LARGEST_TOTAL_BYTES = 32 << 20
_MOST_FILES = 2_000
_SKIPPED_FOLDERS = frozenset(
    [
        "__pycache__",
        "__MACOSX",
        ".git",
        ".hg",
        ".svn",
        ".venv",
        "venv",
        "env",
        "node_modules",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".idea",
        ".vscode",
        "site-packages",
    ]
)
_SKIPPED_FILES = frozenset({".DS_Store", "Thumbs.db"})


class SubmissionError(ValueError):
    """A folder cannot be taken in; the text is one line."""


@dataclass(frozen=True)
class Submission:
    """The files of one submission by relative POSIX name, and what could not be taken in and why."""

    name: str
    files: Mapping[str, bytes]
    rejected: Mapping[str, str] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """A hash of names and contents."""
        total = hashlib.sha256()
        for name in sorted(self.files):
            total.update(name.encode("utf-8", "surrogateescape") + b"\0")
            total.update(hashlib.sha256(self.files[name]).digest())
        for name in sorted(self.rejected):
            total.update(b"rejected\0" + name.encode("utf-8", "surrogateescape"))
        return total.hexdigest()

    def sources(self) -> dict[str, str]:
        """The Python files as text; bytes that are not UTF-8 are kept as surrogates."""
        return {n: c.decode("utf-8", "surrogateescape") for n, c in self.files.items() if n.endswith(".py")}


def read_submission(folder: Path, *, name: str | None = None) -> Submission:
    """Read a folder; raise SubmissionError where it is none.

    Links, FIFOs, devices and what is too large are rejected by name and never opened.
    """
    if not folder.is_dir():
        what = "not a folder" if folder.exists() else "no such folder"
        raise SubmissionError(
            f"{folder}: {what}. Name the folder that holds exercise1.py, exercise2.py and exercise3.py."
        )
    files: dict[str, bytes] = {}
    rejected: dict[str, str] = {}
    total = 0
    for path, relative in _walk(folder, rejected):
        if len(files) >= _MOST_FILES:
            rejected[relative] = f"more than {_MOST_FILES:,} files"
            break
        limit = _LARGEST_SOURCE_BYTES if relative.endswith(".py") else _LARGEST_FILE_BYTES
        try:
            content = read_regular(path, limit)
        except (OSError, ValueError) as error:
            rejected[relative] = str(error) if isinstance(error, ValueError) else f"cannot be read ({error.strerror})"
            continue
        total += len(content)
        if total > _LARGEST_TOTAL_BYTES:
            rejected[relative] = f"the files together are larger than {_LARGEST_TOTAL_BYTES >> 20} MB"
            break
        files[relative] = content
    return Submission(name or folder.resolve().name, *with_notebooks(files, rejected))


def read_regular(path: Path, limit_bytes: int) -> bytes:
    """Read a regular file without following a link or waiting on a FIFO; raise ValueError with the reason."""
    found = os.lstat(path)
    if not stat.S_ISREG(found.st_mode):
        raise ValueError(f"{_kind(found.st_mode)}, not a regular file")
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        opened = os.fstat(file.fileno())
        if not stat.S_ISREG(opened.st_mode):  # it was exchanged in between
            raise ValueError(f"{_kind(opened.st_mode)}, not a regular file")
        content = file.read(limit_bytes + 1)
    if len(content) > limit_bytes:
        raise ValueError(f"larger than {limit_bytes / (1 << 20):g} MB")
    return content


def _kind(mode: int) -> str:
    for test, word in (
        (stat.S_ISLNK, "a link"),
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISFIFO, "a FIFO"),
        (stat.S_ISSOCK, "a socket"),
    ):
        if test(mode):
            return word
    return "a device"


def _walk(folder: Path, rejected: dict[str, str]) -> list[tuple[Path, str]]:
    """List the files below a folder in a stable order, links to folders not followed."""
    found: list[tuple[Path, str]] = []
    for parent, folders, names in os.walk(folder):
        here = Path(parent)
        for name in sorted(folders):
            if name.endswith(".py"):
                rejected[(here / name).relative_to(folder).as_posix()] = "a folder, not a regular file"
        folders[:] = sorted(
            f for f in folders if f not in _SKIPPED_FOLDERS and not f.startswith("._") and not (here / f).is_symlink()
        )
        for name in sorted(names):
            if name not in _SKIPPED_FILES and not name.startswith("._") and not name.endswith((".pyc", ".pyo")):
                found.append((here / name, (here / name).relative_to(folder).as_posix()))
        if len(found) > 2 * _MOST_FILES:
            break
    return found
