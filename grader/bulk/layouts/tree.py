"""What an instructor hands over, as names and a way to read them: a folder, or a zip or tar of one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from grader.bulk.archives.archive import Archive, open_archive
from grader.bulk.archives.limits import EXPORT, ArchiveError
from grader.bulk.archives.names import is_skipped
from grader.bulk.found import IntakeError
from grader.run.submission import read_regular

_MOST_FILES = 500_000
_FLAT = re.compile(r"_\d+_\d+_|_assignsubmission_")  # names that say whose they are


class Tree(Protocol):
    """`names`: every file, relative and POSIX, sorted; `folders`: the top ones; `where`: what it is called."""

    where: str
    label: str  # the last part of `where`, without an ending
    names: list[str]
    folders: list[str]
    clones: set[str]  # those of the folders that are repositories of git

    def read(self, name: str, limit_bytes: int) -> bytes:
        """Read one file; raise ValueError or OSError with the reason."""


class FolderTree:
    """A folder; links are listed as files that cannot be read, and never followed."""

    def __init__(self, root: Path) -> None:
        self.where, self.label = str(root), root.resolve().name
        self._root = root
        names: list[str] = []
        folders: list[str] = []
        self.clones: set[str] = set()
        for parent, inner, files in os.walk(root):
            here = Path(parent)
            relative = "" if here == root else here.relative_to(root).as_posix() + "/"
            if relative.count("/") == 1 and ".git" in (*inner, *files):
                self.clones.add(relative[:-1])
            links = [name for name in inner if (here / name).is_symlink()]
            inner[:] = sorted(name for name in inner if name not in links and not is_skipped(f"{relative}{name}/x"))
            if not relative:
                folders = list(inner)
            names += [relative + name for name in (*files, *links) if not is_skipped(relative + name)]
            if len(names) > _MOST_FILES:
                most = f"more than {_MOST_FILES:,} files"
                raise IntakeError(f"{root} holds {most}: name the folder with the submissions.")
        self.names, self.folders = sorted(names), folders

    def read(self, name: str, limit_bytes: int) -> bytes:
        """Read one regular file."""
        return read_regular(self._root / name, limit_bytes)


class ArchiveTree:
    """A platform's whole export in one zip or tar; one folder around everything is looked through."""

    def __init__(self, path: Path) -> None:
        self.where, self.label = str(path), path.name.split(".")[0]
        try:
            self._archive: Archive = open_archive(path, EXPORT)
        except ArchiveError as error:
            raise IntakeError(f"{path} is refused: {error}.") from None
        self._around = _around(self._archive.names)
        cut = len(self._around)
        self.names = sorted(name[cut:] for name in self._archive.names)
        inner = (name[cut:] for name in (*self._archive.folders, *self._archive.names) if name.startswith(self._around))
        self.folders = sorted({name.split("/")[0] for name in _folders_of(inner, self.names)})
        self.clones: set[str] = set()
        self.label = self._around[:-1] or self.label

    def read(self, name: str, limit_bytes: int) -> bytes:
        """Read one file, counted."""
        return self._archive.read(self._around + name, limit_bytes)


def open_tree(path: Path) -> FolderTree | ArchiveTree:
    """Open what is handed over; raise IntakeError."""
    if path.is_dir():
        return FolderTree(path)
    if path.is_file():
        return ArchiveTree(path)
    what = "neither a folder nor an archive" if path.exists() else "no such folder"
    raise IntakeError(f"{path}: {what}. Name the folder that holds a folder for each student, or a platform's export.")


def _folders_of(names: Iterable[str], files: list[str]) -> set[str]:
    known = set(files)
    return {name for name in names if name and name not in known} | {name for name in known if "/" in name}


def _around(names: list[str]) -> str:
    """Give the one folder that holds everything ('' for none), unless that is a submission itself."""
    first = names[0].split("/")[0] + "/"
    if "_assignsubmission_" in first or not all(name.startswith(first) for name in names):
        return ""
    inner = [name[len(first) :] for name in names]
    if any(name.startswith("exercise") for name in inner):
        return ""
    deeper = any("/" in name for name in inner)
    return first if deeper or any(_FLAT.search(name) for name in inner) else ""
