"""What an exporter is asked for and what it gives back. Every exporter is a function from the one to the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader.export.marks import Mark


@dataclass(frozen=True)
class Wish:
    """How to export: `into` is the instructor's own file, where one was given, as it is now.

    `column` names a column of it; `scale`: convert the points where the column's are others; `metadata` is what the
    platform says of a submission; `pages` is the folder of the students' pages.
    """

    into: bytes | None = None
    column: str | None = None
    feedback_column: str | None = None
    scale: bool = False
    metadata: Mapping[str, object] = field(default_factory=dict)
    pages: Path | None = None


@dataclass(frozen=True)
class Exported:
    """`files`: default name to content (one, where it goes into the instructor's own); `said`: what to tell."""

    files: Mapping[str, bytes]
    said: tuple[str, ...] = ()


Exporter = Callable[[list[Mark], Wish], Exported]
