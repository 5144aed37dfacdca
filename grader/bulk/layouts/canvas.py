"""Canvas, "download submissions": flat names that say whose a file is (`doejane_LATE_1234_5678_exercise2-1.py`).

The form is that of third-party readers of these archives; Canvas does not document it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from grader.bulk.archives.names import is_archive, shown
from grader.bulk.layouts.handed import Handed
from grader.bulk.layouts.tree import Tree
from grader.identity import Identity, Person

_NAMED = re.compile(r"(?s)(?P<student>.*?)(?P<late>_LATE)?_(?P<user>\d+)_\d+_(?P<file>.+)\Z")
_ANONYMOUS = re.compile(r"(?s)(?P<late>LATE_)?(?P<student>anon)_(?P<user>\w+?)_\d+_(?P<file>.+)\Z")
_ENTRY = re.compile(r"(?s)(?P<student>.*?)(?P<late>_LATE)?_(?P<user>\d+)(?:_\d+)?_(?P<file>text|link)\.html\Z")
_AGAIN = re.compile(r"(?P<stem>[^.]+?)-(?P<number>\d+)(?P<ending>\.[^/]*)?\Z")


@dataclass
class _Student:
    name: str
    user: str
    names: set[str] = field(default_factory=set)
    late: bool = False
    entry: str = ""
    files: list[tuple[str, str]] = field(default_factory=list)  # name, name in the tree


def matches(name: str) -> bool:
    """Say whether a name is one of Canvas'."""
    return "/" not in name and bool(_ANONYMOUS.match(name) or _NAMED.match(name) or _ENTRY.match(name))


def canvas(tree: Tree) -> Iterator[Handed]:
    """Gather each student's files by the user's number; the newest of several attempts counts."""
    students: dict[str, _Student] = {}
    for name in tree.names:
        if "/" in name:
            continue
        found = _ENTRY.match(name) or _ANONYMOUS.match(name) or _NAMED.match(name)
        if found is None:
            if is_archive(name) or name.endswith((".py", ".ipynb")):
                problem = f"{shown(name)} is not named as Canvas names files: nobody knows whose it is."
                yield Handed(name, problem=problem)
            continue
        anonymous = found.re is _ANONYMOUS
        shown_name = f"anon_{found['user']}" if anonymous else found["student"] or found["user"]
        student = students.setdefault(found["user"], _Student(shown_name, found["user"]))
        student.names.add(shown_name)
        student.late |= bool(found["late"])
        if found.re is _ENTRY:
            student.entry = found["file"]
        else:
            student.files.append((found["file"], name))
    for folder in tree.folders:
        yield Handed(folder, problem=f"{shown(folder)} is a folder, and Canvas hands out files alone.")
    for student in students.values():
        files, refused = _newest(student.files)
        problem = ""
        if not student.files:
            what = "a link" if student.entry == "link" else "text typed into Canvas"
            problem = f"It was handed in as {what}, not as a file."
        if len(student.names) > 1:
            both = ", ".join(shown(name) for name in sorted(student.names))
            problem = f"The number {student.user} is that of more than one name: {both}."
        name = student.name if student.name.endswith(student.user) else f"{student.name}_{student.user}"
        identity = Identity("canvas", (Person(student.name, student.user),), student.user)
        yield Handed(student.name, files, name, identity, student.late, problem, refused)


def _newest(given: list[tuple[str, str]]) -> tuple[dict[str, str], dict[str, str]]:
    """Give names back as they were handed in: `exercise2-1.py` is the second attempt at `exercise2.py`.

    A program's name with `-1` is always Canvas' doing, as no module can be called that. Any other file is given under
    both names, because a student's own `notes-1.txt` looks the same.
    """
    files: dict[str, str] = {}
    refused: dict[str, str] = {}
    best: dict[str, tuple[int, str]] = {}
    for name, source in sorted(given):
        again = _AGAIN.match(name)
        plain, number = (again["stem"] + (again["ending"] or ""), int(again["number"])) if again else (name, 0)
        if again and not name.endswith((".py", ".ipynb")) and not is_archive(name):
            files.setdefault(name, source)
        if plain in best and best[plain][0] == number:
            both = f"{shown(best[plain][1])}, {shown(source)}"
            refused[plain] = f"there more than once ({both}), and nothing says which counts"
        if plain not in best or best[plain][0] < number:
            best[plain] = number, source
    files |= {plain: source for plain, (_, source) in best.items() if plain not in refused}
    return files, refused
