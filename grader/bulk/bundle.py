"""A course as bytes: what a worker needs of it, wherever the worker is, and which version it is. Reads no program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from grader.bulk.basis import version_of_files
from grader.course import Course
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
        """A hash of all that grading depends on: where it is another one, a submission is graded again."""
        return version_of_files(self.course, self.files)

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


def checked(course: Course, only: tuple[str, ...]) -> tuple[str, ...]:
    """Give the exercises that are graded, in teaching order; raise DocumentError where one cannot be read."""
    names = tuple(name for name in course.exercise_names if not only or name in only)
    if not names:
        raise DocumentError(f"{course.folder / 'course.yaml'}: none of the exercises asked for is in its list.")
    for name in names:
        course.exercise(name)
    return names
