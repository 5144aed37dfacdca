"""One module a command: `arguments(parser)` and `run(options, say)`. They print through `say` only."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class Say(Protocol):
    """Prints: renderables through rich, or plain text as it is."""

    def __call__(self, *things: object, error: bool = False, plain: bool = False) -> None: ...


def course_folder(given: Path | None) -> Path:
    """Find the course: the folder given, else `course` here, else beside the engine."""
    from grader.cli import UsageError

    if given is not None:
        return given
    for parent in (Path.cwd(), Path(__file__).resolve().parents[2]):
        if (parent / "course" / "course.yaml").is_file():
            return parent / "course"
    raise UsageError("There is no course here: run this in the folder that holds course/course.yaml, or give --course.")
