"""The command line: arguments, exit statuses, all printing. What a command does stands in `grader/commands`.

Only the standard library is imported before the arguments are read, so that the program under test (or the warm
parent that will fork it) can be on its way while the rest is imported.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

PASSED, FAILED, USAGE, FAULT = 0, 1, 2, 3
INSTALL = "Run: python3 -m venv .venv && .venv/bin/python -m pip install -e . (and use .venv/bin/python; see README)"

_COMMANDS = ("bulk", "regrade", "export", "verify", "serve", "record", "handout", "new", "docs", "explain", "render")


class UsageError(ValueError):
    """The command line or the input is wrong: one line, exit status 2."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    try:
        if given and given[0] in _COMMANDS:
            return _command(given[0], given[1:])
        from grader.commands import grade

        return grade.run(_grade_parser().parse_args(given), _print)
    except UsageError as error:
        return _complain(str(error), USAGE)
    except BrokenPipeError:
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return USAGE
    except KeyboardInterrupt:
        return _complain("Stopped.", 130)
    except Exception as error:
        return _exceptional(error)


def _command(name: str, rest: list[str]) -> int:
    from importlib import import_module, util

    if util.find_spec(f"grader.commands.{name}") is None:
        raise UsageError(f"The command {name!r} is not part of this version.")
    module = import_module(f"grader.commands.{name}")
    parser = _Parser(prog=f"grade.py {name}", description=module.__doc__)
    module.arguments(parser)
    return int(module.run(parser.parse_args(rest), _print))


def _exceptional(error: Exception) -> int:
    """Tell missing packages and the errors of files from faults of our own."""
    if isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] != "grader":
        return _complain(f"A package is missing ({error.name}). {INSTALL}", USAGE)
    from grader.documents import DocumentError

    if isinstance(error, DocumentError | OSError):
        return _complain(str(error), USAGE)
    if os.environ.get("GRADE_TRACEBACK"):
        import traceback

        traceback.print_exc()
    kind = type(error).__name__
    return _complain(
        f"The grader failed, not your program: {kind}: {error}. Nothing was judged. "
        "Set GRADE_TRACEBACK=1 and run it again to see where.",
        FAULT,
    )


def _complain(text: str, status: int) -> int:
    print(" ".join(text.split()), file=sys.stderr)
    return status


def _print(*things: object, error: bool = False, plain: bool = False) -> None:
    """Print renderables through rich, or `plain` text exactly as it is."""
    if plain:
        print(*things, sep="", end="", file=sys.stderr if error else sys.stdout, flush=True)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=error, highlight=False, soft_wrap=False, width=_width())
    for thing in things:
        # Words are wrapped; a path that is wider than the window is not cut into two, so that it can be copied.
        words = Text(thing, overflow="ignore") if isinstance(thing, str) else thing
        console.print(words, markup=False, emoji=False, crop=False)


def _width() -> int | None:
    """80 columns where output goes to a file or a pipe, the terminal's width otherwise."""
    return None if sys.stdout.isatty() else 80


class _Parser(argparse.ArgumentParser):
    """A parser that raises instead of exiting, so that misuse is one line like every other."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError(f"{message[:1].upper()}{message[1:]}. See python {self.prog} --help.")


def _grade_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="grade.py",
        description="Grade one submission: exercise1, exercise2, exercise3 or all. Without a name: list them.",
        epilog="Other commands: " + ", ".join(_COMMANDS) + " (each with --help).",
    )
    parser.add_argument("exercises", nargs="*", metavar="EXERCISE", help="exercise1 [exercise2 ...] or all")
    parser.add_argument("--submission", type=Path, metavar="DIR", help="the student's folder (default: starter/)")
    parser.add_argument("--json", metavar="FILE", help="write the report as JSON; '-' prints it and nothing else")
    parser.add_argument("--report", type=Path, metavar="FILE", help="the HTML report (default: reports/NAME.html)")
    parser.add_argument("--no-report", action="store_true", help="write no HTML report")
    parser.add_argument("--open", action="store_true", help="open the HTML report in the browser")
    parser.add_argument("--watch", action="store_true", help="grade again whenever a file is saved")
    parser.add_argument(
        "--hint",
        action="count",
        default=0,
        help="one more level of hint for each failed check; --hint --hint gives the shape of the code",
    )
    parser.add_argument("--seed", type=_seed, metavar="N", help="repeat a run's drawn numbers")
    parser.add_argument("--traces", type=Path, metavar="DIR", help="write every run's trace into DIR")
    parser.add_argument("--live", action="store_true", help="your own key and the real API, asked before each request")
    parser.add_argument("--cap", metavar="USD", default="0.25", help="with --live: spend no more (default: 0.25)")
    parser.add_argument("--yes", action="store_true", help="with --live: agree to every request under the cap")
    parser.add_argument("--upstream", metavar="URL", help="with --live: another API than the real one")
    parser.add_argument("--course", type=Path, metavar="DIR", help=argparse.SUPPRESS)
    return parser


def _seed(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number") from None
    if not 0 <= value < 1 << 32:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and {(1 << 32) - 1}")
    return value


if __name__ == "__main__":
    sys.exit(main())
