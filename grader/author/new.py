"""A new exercise's folder from a template: small, complete and green, to be changed step by step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from grader.author import recordings
from grader.course import Course

_TEMPLATES = Path(__file__).parent / "templates" / "exercise"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
_LIST = re.compile(r"^exercises:[ \t]*\n((?:[ \t]+-[^\n]*\n?|[ \t]*(?:#[^\n]*)?\n)*)", re.M)


class NewError(ValueError):
    """A new exercise cannot be made; the text is one line."""


def new(course: Course, name: str, title: str) -> list[Path]:
    """Write a new exercise's files, add it to course.yaml, and return what was written."""
    if not _NAME.match(name):
        raise NewError(f"{name!r} is no name for an exercise. Use lower-case letters, digits and _, such as exercise4.")
    if name in course.exercise_names:
        raise NewError(f"The course has an exercise {name!r} already.")
    files = dict(_files(course, name))
    if there := [path for path in files if path.exists()]:
        raise NewError(f"{there[0]} is there already. Move it away, or choose another name.")
    listed = _with_exercise((course.folder / "course.yaml").read_text(encoding="utf-8"), name)
    for path, template in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        text = template.read_text(encoding="utf-8").replace("@NAME@", name).replace("@TITLE@", title)
        path.write_text(text, encoding="utf-8", newline="\n")
    (course.folder / "course.yaml").write_text(listed, encoding="utf-8", newline="\n")
    recordings.seal(course)
    return list(files)


def _files(course: Course, name: str) -> Iterator[tuple[Path, Path]]:
    """Where each template goes."""
    root, folder = course.folder.parent, course.folder / name
    apart = {"starter.py": root / "starter" / f"{name}.py", "fixture.yaml": course.fixtures / f"{name}.yaml"}
    for template in sorted(path for path in _TEMPLATES.rglob("*") if path.is_file()):
        place = template.relative_to(_TEMPLATES).as_posix().removesuffix(".txt")  # so that they are no modules of ours
        yield apart.get(place, folder / place), template


def _with_exercise(text: str, name: str) -> str:
    """Add an exercise at the end of the list in course.yaml; comments and order stay."""
    found = _LIST.search(text)
    if found is None:
        raise NewError(f"course.yaml has no list of exercises that {name} can be added to: add it by hand.")
    before = text[: found.end()].rstrip("\n")
    return f"{before}\n  - {name}\n{text[found.end() :]}"
