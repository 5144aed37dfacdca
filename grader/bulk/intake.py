"""What an instructor's folder holds: one `Found` a submission, in a stable order. Grades nothing, unpacks nothing.

Theory: a layout is a function from a folder to `Found`s. It looks at names only; contents are read one submission at
a time, when `Found.read` is called, so a class of any size is never in memory at once. Whatever stands in the folder
gets a row: what cannot be taken in is found too, with its `problem`. Another layout is another such function and a
line in `LAYOUTS`.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.run.submission import Submission, SubmissionError, read_regular, read_submission

_UNSAFE = re.compile(r"[^\w.@+-]+")
_LONGEST_NAME = 80
LARGEST_SOURCE_BYTES = 1 << 20
_SKIPPED = frozenset({"__MACOSX", "Thumbs.db", "node_modules", "venv", "env"})
# Windows opens devices under these names, in every folder and with every ending.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?\Z", re.IGNORECASE)


class IntakeError(ValueError):
    """The whole folder cannot be taken in; the text is one line."""


@dataclass(frozen=True)
class Found:
    """One submission before it is read.

    `student` is the name as the platform has it, `name` the safe and unique one that files and rows carry ('' until
    `named` gives it). The content is a whole `folder`; or `files`, single files and the names they have in the
    submission; or what `unpack` gives when it is called. `mapping` says which file was taken for which exercise.
    `problem` says why nothing of it can be read.
    """

    student: str
    name: str = ""
    folder: Path | None = None
    files: Mapping[str, Path] = field(default_factory=dict)
    unpack: Callable[[], Mapping[str, bytes]] | None = None
    late: bool = False
    mapping: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""

    def read(self) -> Submission:
        """Read the files; raise SubmissionError with the reason where that cannot be done."""
        if self.problem:
            raise SubmissionError(self.problem)
        if self.folder is not None:
            return read_submission(self.folder, name=self.name)
        if self.unpack is not None:
            return Submission(self.name, self.unpack())
        files: dict[str, bytes] = {}
        rejected: dict[str, str] = {}
        for name, path in self.files.items():
            try:
                files[name] = read_regular(path, LARGEST_SOURCE_BYTES)
            except OSError as error:
                rejected[name] = f"cannot be read ({error.strerror})"
            except ValueError as error:
                rejected[name] = str(error)
        return Submission(self.name, files, rejected)


Layout = Callable[[Path], Iterable[Found]]


def folders(root: Path) -> Iterator[Found]:
    """Take every folder as a student's own: `<student>/exercise1.py`."""
    for entry in sorted(os.scandir(root), key=lambda entry: entry.name):
        if entry.name in _SKIPPED or entry.name.startswith("."):
            continue
        if entry.is_symlink():
            yield Found(entry.name, problem=f"{_shown(entry.name)} is a link, which is not followed.")
        elif entry.is_dir(follow_symlinks=False):
            yield Found(entry.name, folder=root / entry.name)
        elif entry.name.lower().endswith((".zip", ".tar", ".gz", ".tgz", ".7z", ".rar")):
            yield Found(entry.name, problem=f"{_shown(entry.name)} is an archive: unpack it into a folder beside it.")


LAYOUTS: Mapping[str, Layout] = {"folders": folders}


def intake(root: Path, layout: str = "auto") -> Iterator[Found]:
    """Find the submissions of a folder, each with a safe name of its own; raise IntakeError where there is none."""
    if not root.is_dir():
        what = "not a folder" if root.exists() else "no such folder"
        raise IntakeError(f"{root}: {what}. Name the folder that holds a folder for each student.")
    if layout != "auto" and layout not in LAYOUTS:
        raise IntakeError(f"The layout {layout!r} is not part of this version. Choose auto or {', '.join(LAYOUTS)}.")
    loose = sorted(path.name for path in root.glob("exercise*.py"))
    if loose:
        raise IntakeError(f"{root} holds {loose[0]} itself: it is one submission. Name the folder above it.")
    return named(LAYOUTS["folders" if layout == "auto" else layout](root))


def named(found: Iterable[Found]) -> Iterator[Found]:
    """Give each submission a name that is safe in files and links; two that look alike are told apart, never merged."""
    taken: set[str] = set()
    for each in found:
        name = safe_name(each.name or each.student)
        if name.casefold() in taken:
            name = f"{name}-{_mark(each.student)}"
        number = 2
        while name.casefold() in taken:  # the very same name twice: a platform's export can do that
            name = f"{safe_name(each.name or each.student)}-{_mark(each.student)}-{number}"
            number += 1
        taken.add(name.casefold())
        yield replace(each, name=name)


def safe_name(text: str) -> str:
    """Make a name of letters, digits and `.@+-_`; one that loses more than blanks ends with a mark of what it was."""
    spaced = re.sub(r"\s+", "_", unicodedata.normalize("NFC", text).strip())
    safe = _UNSAFE.sub("_", spaced).strip("._-")[:_LONGEST_NAME]
    if safe and safe == spaced and not _DEVICES.match(safe):
        return safe
    return f"{safe or 'submission'}-{_mark(text)}"


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:6]


def _shown(name: str) -> str:
    return ascii(name) if not name.isprintable() else name
