"""The reference for authors of checks, as HTML pages: every shared check, and what a check of your own is given."""

from __future__ import annotations

import argparse
from pathlib import Path

from grader.cli import FAILED, PASSED, UsageError
from grader.commands import Say


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command line takes."""
    parser.add_argument("out", type=Path, metavar="FOLDER", help="the folder to write, such as build/reference")


def run(options: argparse.Namespace, say: Say) -> int:
    """Build the pages, say every warning, and return the exit status: a warning fails."""
    from grader.author import reference

    try:
        said = reference.build(options.out)
    except reference.ToolMissingError as error:
        raise UsageError(str(error)) from None
    for each in said:
        say(each, error=True)
    count = "1 warning" if len(said) == 1 else f"{len(said)} warnings" if said else "no warnings"
    say(f"{options.out / 'index.html'}: {len(reference.modules())} modules, {count}.")
    return FAILED if said else PASSED
