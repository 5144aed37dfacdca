"""Judge the stored traces of a class again: new points, hints or checks, and no student's code runs."""

from __future__ import annotations

import argparse
from collections import Counter
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
    marks = [change for change in result.changes if not change.only_maximum]
    if not result.total:
        say("No submission has been graded into this folder.")
    elif not again:
        say(
            f"Nothing is to be judged again: all {result.total} submissions were judged by this very course and grader."
        )
    else:
        already = f"{result.unchanged} judged by this very course and grader already, " if result.unchanged else ""
        found = f"{_changing(len(marks))}, {result.words} in words alone." if result.changed else "Nothing changes."
        say(f"{_of(result.total)}: {already}{again} judged again. {found}")
    for (before, after), number in Counter(change.maxima for change in result.changes).items():
        if before != after:
            say(f"The maximum is {after:g} points now, and was {before:g} ({_of(number)}).")
    if stay := len(result.changes) - len(marks):
        say(f"Of {_of(stay)} nothing but the maximum changes.")
    for change in marks[:_LISTED]:
        moved = f"{change.before:g} → {change.after:g} ({change.after - change.before:+g})"
        say(f"  {change.name}: {moved}  " + "; ".join(change.checks))
    if len(marks) > _LISTED:
        gained = sum(change.after > change.before for change in marks)
        lost = sum(change.after < change.before for change in marks)
        say(f"  … {len(marks) - _LISTED} more; in all, {gained} gain and {lost} lose points.")
    for reason, names in result.named.items():
        some = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
        say(f"  To know: {reason} ({len(names)}: {some}).")


def _changing(number: int) -> str:
    return "1 mark changes" if number == 1 else f"{number} marks change"


def _of(number: int) -> str:
    return f"{number} submission{'' if number == 1 else 's'}"
