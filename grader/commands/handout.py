"""The student's edition as a zip file: exercises, lesson and grader, without solutions, mistakes or tests."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

from grader.cli import PASSED, UsageError
from grader.commands import Say, course_folder


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command line takes."""
    parser.add_argument("out", type=Path, metavar="OUT.zip", help="the file to write")
    parser.add_argument("--course", type=Path, metavar="DIR", help=argparse.SUPPRESS)


def run(options: argparse.Namespace, say: Say) -> int:
    """Write the file and say what is in it; return the exit status."""
    from grader.author.handout import HandoutError, pack
    from grader.author.verify import of_starters
    from grader.course import Course

    if options.out.suffix != ".zip":
        raise UsageError(f"{options.out}: the student's edition is a zip file. Name it with .zip at the end.")
    course = Course(course_folder(options.course))
    if not (starters := of_starters(course)).holds:
        first = starters.findings[0]
        raise UsageError(f"{first.where}: {first.said} Nothing was written.")
    try:
        packed = pack(course, options.out)
    except HandoutError as error:
        raise UsageError(str(error)) from None
    digest = hashlib.sha256(options.out.read_bytes()).hexdigest()
    exercises = ", ".join(course.exercise_names)
    say(f"{options.out}: {len(packed)} files, {exercises}; no solutions, no mistakes, no tests of the course.")
    say(f"sha256 {digest}")
    return PASSED
