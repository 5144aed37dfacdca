"""What an instructor hands over: one `Found` a submission, in a stable order. Grades nothing, unpacks nothing.

Theory: a layout is a function from a tree of names to `Handed`s. It looks at names only (an archive is listed, not
unpacked); contents are read one submission at a time, when `Found.read` is called, so a class of any size is never in
memory at once. Whatever stands in the folder gets a row: what cannot be taken in is found too, with its `problem`.
Another layout is another such function and a line in `LAYOUTS`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from grader.bulk.found import Found, IntakeError
from grader.bulk.layouts.handed import found_of
from grader.bulk.layouts.recognised import LAYOUTS, Recognised, recognised
from grader.bulk.layouts.tree import Tree, open_tree

__all__ = ["LAYOUTS", "Found", "Intake", "IntakeError", "intake", "named", "safe_name", "take_in"]

_UNSAFE = re.compile(r"[^\w.@+-]+")
_LONGEST_NAME = 80
_BY_FOLDER = ("folders", "github")  # layouts in which a student's files lie in a folder or an archive
# Windows opens devices under these names, in every folder and with every ending.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Intake:
    """The submissions of a folder or an export, the layout that was seen in it, and programs that are nobody's."""

    recognised: Recognised
    found: tuple[Found, ...]
    nobodys: tuple[str, ...] = ()


def intake(root: Path, layout: str = "auto") -> Iterator[Found]:
    """Find the submissions, each with a safe name of its own; raise IntakeError where there is none."""
    return iter(take_in(root, layout).found)


def take_in(root: Path, layout: str = "auto") -> Intake:
    """Find the submissions and say which layout was seen; raise IntakeError."""
    if layout != "auto" and layout not in LAYOUTS:
        raise IntakeError(f"There is no layout {layout!r}. Choose auto or {', '.join(LAYOUTS)}.")
    tree = open_tree(root)
    loose = [name for name in tree.names if re.match(r"exercise\d+\.(?:py|ipynb)\Z", name)]
    if loose:
        raise IntakeError(f"{root} holds {loose[0]} itself: it is one submission. Name the folder above it.")
    seen = recognised(tree) if layout == "auto" else Recognised(layout, "as you said")
    found = tuple(named(found_of(tree, handed) for handed in LAYOUTS[seen.layout](tree)))
    return Intake(seen, found, _nobodys(tree) if seen.layout in _BY_FOLDER else ())


def _nobodys(tree: Tree) -> tuple[str, ...]:
    """Name the programs that lie beside the students' folders, where nothing says whose they are."""
    return tuple(sorted(name for name in tree.names if "/" not in name and name.endswith((".py", ".ipynb"))))


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
