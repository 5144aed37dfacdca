"""Moodle, "download all submissions": `Jane Doe_1234_assignsubmission_file/exercise1.py`, or flat without folders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from grader.bulk.archives.names import is_archive, shown
from grader.bulk.layouts.handed import Handed
from grader.bulk.layouts.tree import Tree
from grader.identity import Identity, Person

_NAMED = re.compile(r"(?s)(?P<student>.+)_(?P<id>\d+)_assignsubmission_(?P<kind>file|onlinetext)_?(?P<file>.*)\Z")


@dataclass
class _Student:
    name: str
    names: set[str] = field(default_factory=set)
    typed: bool = False
    files: dict[str, str] = field(default_factory=dict)


def matches(name: str) -> bool:
    """Say whether the top part of a name is one of Moodle's."""
    return _NAMED.match(name.split("/")[0]) is not None


def moodle(tree: Tree) -> Iterator[Handed]:
    """Gather each participant's files by the participant's number."""
    students: dict[str, _Student] = {}
    strangers: dict[str, str] = {}
    for name in [*tree.names, *(f"{folder}/" for folder in tree.folders)]:
        top, _, rest = name.partition("/")
        found = _NAMED.match(top)
        if found is None:
            if is_archive(name) or name.endswith((".py", ".ipynb", "/")):
                strangers[top] = f"{shown(top)} is not named as Moodle names files: nobody knows whose it is."
            continue
        called = found["student"].replace("_", " ").strip()
        student = students.setdefault(found["id"], _Student(called))
        student.names.add(called)
        inside = "/".join(part for part in (found["file"], rest) if part)
        if found["kind"] == "onlinetext":
            student.typed = True
        elif inside:
            student.files[inside] = name
    for top, problem in strangers.items():
        yield Handed(top, problem=problem)
    for number, student in students.items():
        problem = ""
        if not student.files:
            problem = "It was handed in as text typed into Moodle, not as a file." if student.typed else ""
        if len(student.names) > 1:
            both = ", ".join(shown(name) for name in sorted(student.names))
            problem = f"The number {number} is that of more than one name: {both}."
        identity = Identity("moodle", (Person(student.name, number),), number)
        yield Handed(student.name, student.files, f"{student.name}_{number}", identity, problem=problem)
