"""The programs of a course: starters, solutions and mistakes, and what each must get. Reads files; runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from grader.course import Course

Kind = Literal["starter", "solution", "mistake"]

_FAILS = re.compile(r"# fails: (\w+) ([\w-]+)\s*\Z")
_SKIPPED = re.compile(r"# skipped: (.+)\Z")


@dataclass(frozen=True)
class Header:
    """What the comment lines on top of a mistake say: failing checks with the misconception, and skipped ones."""

    fails: Mapping[str, str | None] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    why: str = ""


@dataclass(frozen=True)
class Program:
    """One program of the course."""

    exercise: str
    kind: Kind
    path: Path
    content: bytes
    header: Header = field(default_factory=Header)

    @property
    def never_ends(self) -> bool:
        """Whether it is one of those that run until they are ended, as its header says."""
        return "never-ends" in self.header.fails.values()


def header_of(text: str) -> Header:
    """Read the comment lines on top of a mistake."""
    fails: dict[str, str | None] = {}
    skipped: set[str] = set()
    why: list[str] = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        if match := _FAILS.match(line):
            fails[match[1]] = None if match[2] == "-" else match[2]
        elif match := _SKIPPED.match(line):
            skipped |= {name.strip() for name in match[1].split(",")}
        else:
            why.append(line.lstrip("# "))
    return Header(fails, frozenset(skipped), " ".join(why))


def starter_of(course: Course, exercise: str) -> Path:
    """Where the starter of an exercise lies."""
    return course.folder.parent / "starter" / f"{exercise}.py"


def solution_of(course: Course, exercise: str) -> Path:
    """Where the solution of an exercise lies."""
    return course.folder / exercise / "solution.py"


def programs_of(course: Course, exercises: Iterable[str]) -> list[Program]:
    """Read the programs of exercises that are there: starter, solution, mistakes by name."""
    return [program for name in exercises for program in _programs(course, name)]


def _programs(course: Course, name: str) -> Iterator[Program]:
    single: tuple[tuple[Kind, Path], ...] = (
        ("starter", starter_of(course, name)),
        ("solution", solution_of(course, name)),
    )
    for kind, path in single:
        if path.is_file():
            yield Program(name, kind, path, path.read_bytes())
    for path in sorted((course.folder / name / "mistakes").glob("*.py")):
        content = path.read_bytes()
        yield Program(name, "mistake", path, content, header_of(content.decode("utf-8", "replace")))
