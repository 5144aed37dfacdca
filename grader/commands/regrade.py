"""Judge the stored traces of a class again: new points, hints or checks, and no student's code runs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import PASSED, UsageError
from grader.commands import Say, course_folder

if TYPE_CHECKING:
    from grader.bulk.regrade import Rejudged

_LISTED = 40


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command line takes."""
    parser.add_argument("out", type=Path, metavar="OUT", help="the folder that bulk has written")
    parser.add_argument("--yes", action="store_true", help="write the new marks (without it they are only shown)")
    parser.add_argument("--jobs", type=int, metavar="N", help="processes (default: one a processor)")
    parser.add_argument("--course", type=Path, metavar="DIR", help=argparse.SUPPRESS)


def run(options: argparse.Namespace, say: Say) -> int:
    """Judge, show whose mark changes, write where that was asked for; return the exit status."""
    from grader.bulk.lock import Lock, LockedError
    from grader.bulk.processors import cores
    from grader.bulk.regrade import regraded
    from grader.bulk.store import Store, StoreError
    from grader.course import Course

    course = Course(course_folder(options.course))
    try:
        if not options.out.is_dir():
            raise UsageError(f"{options.out}: no such folder. Name the folder that bulk has written.")
        with Lock(options.out), Store(options.out, create=False) as store:
            with regraded(store, course, max(1, options.jobs or cores()), keep=options.yes) as result:
                _show(result, say)
            if options.yes:
                say(f"Written to {options.out}.")
            elif result.changed:
                say("Nothing is written yet: add --yes to write these marks.")
    except (LockedError, StoreError) as error:
        raise UsageError(str(error)) from None
    return PASSED


def _show(result: Rejudged, say: Say) -> None:
    again = result.total - result.unchanged
    say(
        f"{result.total} submissions: {result.unchanged} judged by this very course and grader already, "
        f"{again} judged again. {len(result.changes)} marks change, {result.words} in words alone."
    )
    for change in result.changes[:_LISTED]:
        say(
            f"  {change.name}: {change.before:g} → {change.after:g} ({change.after - change.before:+g})  "
            + "; ".join(change.checks)
        )
    if len(result.changes) > _LISTED:
        gained = sum(change.after > change.before for change in result.changes)
        lost = sum(change.after < change.before for change in result.changes)
        say(f"  … {len(result.changes) - _LISTED} more; in all, {gained} gain and {lost} lose points.")
    for reason, names in result.named.items():
        some = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
        say(f"  To know: {reason} ({len(names)}: {some}).")
