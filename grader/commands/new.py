"""Make a new exercise's folder: complete, small, and green in verify from the first minute."""

from __future__ import annotations

import argparse
from pathlib import Path

from grader.cli import PASSED, UsageError
from grader.commands import Say, course_folder


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command line takes."""
    parser.add_argument("name", metavar="NAME", help="such as exercise4")
    parser.add_argument("--title", default="A new exercise", metavar="TEXT", help="what students see it called")
    parser.add_argument("--course", type=Path, metavar="DIR", help=argparse.SUPPRESS)


def run(options: argparse.Namespace, say: Say) -> int:
    """Write the files and say which; return the exit status."""
    from grader.author.new import NewError, new
    from grader.course import Course

    course = Course(course_folder(options.course))
    try:
        written = new(course, options.name, options.title)
    except NewError as error:
        raise UsageError(str(error)) from None
    root = course.folder.parent
    say(f"{options.name} is in the course:", *(f"  {path.relative_to(root).as_posix()}" for path in written))
    say(f"Next: python grade.py verify --only {options.name}\n", plain=True)
    say("Then change one thing at a time (course/AUTHORING.md).")
    return PASSED
