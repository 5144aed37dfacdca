"""The course checks itself: texts, fixtures, starters, solutions and mistakes; with --mutants the checks, too."""

from __future__ import annotations

import argparse
import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import FAILED, PASSED, UsageError
from grader.commands import Say, course_folder

if TYPE_CHECKING:
    from rich.console import RenderableType

    from grader.author.findings import Outcome
    from grader.author.verify import Progress

_LISTED = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command line takes."""
    parser.add_argument(
        "--only", action="append", default=[], metavar="EXERCISE", help="this exercise alone (repeatable)"
    )
    parser.add_argument(
        "--mutants", action="store_true", help="change the solutions in small ways, and see what notices"
    )
    parser.add_argument("--seal", action="store_true", help="write down that the fixtures are meant to be as they are")
    parser.add_argument("--seed", type=int, default=4711, metavar="N", help="the seed of the drawn numbers")
    parser.add_argument("--course", type=Path, metavar="DIR", help=argparse.SUPPRESS)


def run(options: argparse.Namespace, say: Say) -> int:
    """Hold the course against its rules and show what they found; return the exit status."""
    from grader.author.recordings import seal
    from grader.author.verify import verify
    from grader.course import Course

    started = time.monotonic()
    course = Course(course_folder(options.course))
    for name in options.only:
        if name not in course.exercise_names:
            raise UsageError(f"No exercise {name!r}. The course has {', '.join(course.exercise_names)}.")
    if options.seal:
        say(f"Sealed: {seal(course)}")
    with _shown("Verifying") as progress:
        verified = verify(course, only=options.only, seed=options.seed, progress=progress)
    outcomes = list(verified.outcomes)
    if options.mutants and verified.holds:
        from grader.author.survivors import mutants

        with _shown("Mutants") as progress:
            outcomes.append(mutants(course, options.only or course.exercise_names, options.seed, progress))
    say(_table(outcomes))
    for outcome in outcomes:
        _tell(outcome, say)
    holds = all(outcome.holds for outcome in outcomes)
    verdict = "The course holds." if holds else "The course does not hold."
    if options.mutants and not verified.holds:
        verdict += " The mutants wait until it does."
    say(f"{verdict} {verified.programs} programs, seed {options.seed}, {time.monotonic() - started:.1f} s.")
    return PASSED if holds else FAILED


def _table(outcomes: list[Outcome]) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False)
    for outcome in outcomes:
        mark = Text("✓", style="green") if outcome.holds else Text("✗", style="bold red")
        found = Text("") if outcome.holds else Text(f"{len(outcome.findings)} found", style="bold red")
        table.add_row(mark, Text(outcome.rule, style="bold"), Text(outcome.asks), Text(outcome.looked_at), found)
    return table


def _tell(outcome: Outcome, say: Say) -> None:
    for finding in outcome.findings[:_LISTED]:
        say(f"\n{outcome.rule}  {finding.where}", f"  {finding.said}")
    if len(outcome.findings) > _LISTED:
        say(f"\n{outcome.rule}  and {len(outcome.findings) - _LISTED} more.")


@contextlib.contextmanager
def _shown(what: str) -> Iterator[Progress]:
    """Show on a terminal how far the runs are."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = TextColumn(what), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
