"""A course as bytes: what a worker needs of it, wherever the worker is, and which version it is. Reads no program.

Theory: two hashes. `version` is over every file that can change a mark or a word of a report: where it differs, a
submission is graded again. `run_version` is over what a run of one exercise rests on (its scenarios, the fixtures
behind them, what the probe calls): where that differs, old traces cannot stand for new runs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from grader.course import Course, Exercise
from grader.documents import DocumentError

_ENDINGS = (".yaml", ".yml", ".json", ".py", ".md")
_KEPT_BACK = ("mistakes", "__pycache__")  # never needed for grading, and solutions are best not sent about


@dataclass(frozen=True)
class CourseBundle:
    """The files of a course and its fixtures by POSIX path below their common parent; `course` names the folder."""

    course: str
    files: Mapping[str, bytes]

    @cached_property
    def version(self) -> str:
        """A hash of names and contents of all that grading depends on."""
        total = hashlib.sha256()
        for name in sorted(self.files):
            if not name.endswith(".md"):
                total.update(name.encode() + b"\0" + hashlib.sha256(self.files[name]).digest())
        return total.hexdigest()

    def unpack(self, into: Path) -> Course:
        """Write the files below a folder and open the course there."""
        for name, content in self.files.items():
            path = into / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return Course(into / self.course)


def pack(course: Course) -> CourseBundle:
    """Take in the files of a course folder and of its fixtures."""
    folder = course.folder.resolve()
    files: dict[str, bytes] = {}
    for root, label in ((folder, folder.name), (course.fixtures.resolve(), course.fixtures.name)):
        for path in sorted(root.rglob("*")):
            relative = path.relative_to(root)
            wanted = path.suffix in _ENDINGS and path.name != "solution.py" and not set(_KEPT_BACK) & {*relative.parts}
            if wanted and path.is_file():
                files[f"{label}/{relative.as_posix()}"] = path.read_bytes()
    return CourseBundle(folder.name, files)


def run_version(course: Course, exercise: Exercise) -> str:
    """Give the hash of what a run of an exercise rests on."""
    said = {
        "scenarios": {name: spec.model_dump(mode="json") for name, spec in exercise.scenarios.items()},
        "functions": list(exercise.functions.items()),
        "names": list(exercise.names),
        "context": course.context_window_tokens,
    }
    total = hashlib.sha256(json.dumps(said, sort_keys=True).encode())
    own = {spec.fixture for spec in exercise.scenarios.values()}
    others = {spec.fixture for name in course.exercise_names for spec in course.exercise(name).scenarios.values()} - own
    for path in sorted(course.fixtures.rglob("*")):
        name = path.relative_to(course.fixtures).as_posix()
        if path.suffix in (".yaml", ".yml", ".json") and name not in others and path.is_file():
            total.update(name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def checked(course: Course, only: tuple[str, ...]) -> tuple[str, ...]:
    """Give the exercises that are graded, in teaching order; raise DocumentError where one cannot be read."""
    names = tuple(name for name in course.exercise_names if not only or name in only)
    if not names:
        raise DocumentError(f"{course.folder / 'course.yaml'}: none of the exercises asked for is in its list.")
    for name in names:
        course.exercise(name)
    return names
