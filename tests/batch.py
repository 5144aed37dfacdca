"""Grades many small submissions in one go, as tests need it: one warm launcher, several at a time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from grader.course import Course
from grader.grading import Graded, grade
from grader.run.session import Runner
from grader.run.submission import Submission
from grader.sandbox.job import Limits
from grader.sandbox.tiers import unsealed

ROOT = Path(__file__).parents[1]
SEEDS = (1, 20_26, 987_654)
LIMITS = Limits(time_s=5.0)  # only programs that never end feel it


@lru_cache(maxsize=1)
def course() -> Course:
    """The shipped course."""
    return Course(ROOT / "course")


@dataclass(frozen=True)
class Piece:
    """One exercise of one submission, to be graded under one seed."""

    exercise: str
    files: Mapping[str, bytes]
    seed: int


def grade_all(pieces: Sequence[Piece], at_once: int = 6, limits: Limits = LIMITS) -> list[Graded]:
    """Grade every piece; programs that sleep or hang hold nobody up."""

    async def one(piece: Piece, places: asyncio.Semaphore, launcher: object) -> Graded:
        async with places:
            runner = Runner(course(), launcher, limits, piece.seed)  # type: ignore[arg-type]
            return await grade(runner, [piece.exercise], Submission(piece.exercise, piece.files))

    async def everything() -> list[Graded]:
        launcher = unsealed()
        places = asyncio.Semaphore(at_once)
        try:
            return list(await asyncio.gather(*(one(piece, places, launcher) for piece in pieces)))
        finally:
            await launcher.close()

    with _unmeasured():
        return asyncio.run(everything())


@contextmanager
def _unmeasured() -> Iterator[None]:
    """Let whole programs count for no coverage: what they alone reach lacks a test of its own. It halves the time.

    Each thread is measured by itself, and a test in another than the main one stays so.
    """
    try:
        from coverage import Coverage
    except ImportError:
        yield
        return
    measures = Coverage.current()
    if measures is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    measures.stop()
    try:
        yield
    finally:
        measures.start()
