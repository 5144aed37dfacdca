"""Explain a known mistake: what it is, a few lines with it and without it, and an example worked out."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import PASSED, UsageError
from grader.commands import Say, course_folder

if TYPE_CHECKING:
    from grader.course import Misconception


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("id", nargs="?", metavar="ID", help="a mistake's name, such as prices-swapped; none: list all")
    parser.add_argument("--course", type=Path, metavar="DIR", help="the course's folder (default: course/)")


def run(options: argparse.Namespace, say: Say) -> int:
    """Explain one mistake, or list them all."""
    from grader.course import Course
    from grader.render.explained import explained, listed

    known = Course(course_folder(options.course)).misconceptions
    if options.id is None:
        say(listed(known))
    else:
        say(explained(options.id, _find(options.id, known)))
    return PASSED


def _find(name: str, known: Mapping[str, Misconception]) -> Misconception:
    """Look a mistake up; where there is none of the name, say which is nearest."""
    found = known.get(name)
    if found is not None:
        return found
    near = difflib.get_close_matches(name.lower().replace("_", "-"), known, 1, 0.6)
    advice = f"The nearest is {near[0]}." if near else "Without a name, the command lists them all."
    raise UsageError(f"No mistake is called {name!r}. {advice}")
