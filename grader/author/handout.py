"""The student's edition: which files are in it, packed so that the same course gives the same bytes everywhere."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.course import Course

FOLDER = "course-kit"
_TEMPLATES = Path(__file__).parent / "templates" / "handout"
_DATE = (1980, 1, 1, 0, 0, 0)  # the first day of the format
_UNIX, _MODE = 3, 0o100644
_BINARY = frozenset({".png", ".jpg", ".gif", ".ico", ".woff", ".woff2", ".zip"})
_COURSE_FILES = ("course.yaml", "lesson.md", "misconceptions.yaml")
_EXERCISE_FILES = ("exercise.yaml", "handout.md", "checks.py")
_TOP_FILES = ("grade.py", "pyproject.toml", "LICENSE")
README = "STUDENTS.md"


class HandoutError(ValueError):
    """The student's edition cannot be made; the text is one line."""


@dataclass(frozen=True)
class Entry:
    """One file of the edition: its place in it, and what is in it."""

    name: PurePosixPath
    content: bytes


def entries(course: Course) -> list[Entry]:
    """Collect the files of the student's edition, by name; raise HandoutError where one is missing."""
    root = course.folder.parent
    found = [Entry(PurePosixPath(where), _read(path)) for where, path in _places(course, root)]
    names = [entry.name for entry in found]
    if len(set(names)) < len(names):
        raise HandoutError("Two files would have one place in the student's edition.")
    return sorted(found, key=lambda entry: entry.name.as_posix())


def pack(course: Course, out: Path) -> list[Entry]:
    """Write the student's edition as a zip file and return what is in it."""
    packed = entries(course)
    # Nothing is compressed: what a compressor gives depends on its version, and these files are small.
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
        for entry in packed:
            info = zipfile.ZipInfo(f"{FOLDER}/{entry.name}", _DATE)
            info.create_system = _UNIX
            info.external_attr = _MODE << 16
            file.writestr(info, entry.content)
    return packed


def _places(course: Course, root: Path) -> Iterator[tuple[str, Path]]:
    engine = Path(__file__).parents[1]
    readme = course.folder / README
    if not readme.is_file():
        raise HandoutError(f"There is no {readme}: it becomes the README of the student's edition.")
    yield "README.md", readme
    for name in _TOP_FILES:
        yield name, _first(root / name, engine.parent / name)
    for path in sorted(engine.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
            yield f"grader/{path.relative_to(engine).as_posix()}", path
    for name in _COURSE_FILES:
        yield f"course/{name}", course.folder / name
    fixtures: set[str] = set()
    for exercise in course.exercise_names:
        for name in _EXERCISE_FILES:
            path = course.folder / exercise / name
            if path.is_file() or name != "checks.py":
                yield f"course/{exercise}/{name}", path
        yield f"starter/{exercise}.py", root / "starter" / f"{exercise}.py"
        fixtures |= {spec.fixture for spec in course.exercise(exercise).scenarios.values()}
    for name in sorted(fixtures | _banks(course, fixtures)):
        yield f"fixtures/{name}", course.fixtures / name
    yield "tests/test_installation.py", _TEMPLATES / "test_installation.py"


def _banks(course: Course, fixtures: set[str]) -> set[str]:
    import yaml

    try:
        return {yaml.safe_load((course.fixtures / name).read_text(encoding="utf-8"))["bank"] for name in fixtures}
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise HandoutError(f"A fixture cannot be read ({error}). Run python grade.py verify.") from None


def _first(*paths: Path) -> Path:
    return next((path for path in paths if path.is_file()), paths[0])


def _read(path: Path) -> bytes:
    """Read a file, with the line ends that it has everywhere else."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise HandoutError(f"{path} cannot be read ({error.strerror}), and the edition needs it.") from None
    return content if path.suffix in _BINARY else content.replace(b"\r\n", b"\n")
