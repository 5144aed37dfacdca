"""The replay server alone: the API on loopback for any client, language or SDK, without a key and without cost."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
from datetime import datetime
from pathlib import Path

from grader.cli import PASSED, UsageError
from grader.commands import Say, course_folder

PORT = 8765


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command line takes."""
    parser.add_argument("--port", type=int, default=PORT, metavar="N", help=f"default: {PORT}; 0 takes any free one")
    parser.add_argument("--fixture", default="exercise1.yaml", metavar="FILE", help="default: fixtures/exercise1.yaml")
    parser.add_argument(
        "--seed", type=int, metavar="N", help="draw all numbers and texts from a seed (default: as recorded)"
    )
    parser.add_argument(
        "--fault", action="append", default=[], metavar="FAULT", help="'on: messages, status: 529, times: 2'"
    )
    parser.add_argument("--pace", type=float, metavar="X", help="1 answers as fast as a model writes, 2 twice that")
    parser.add_argument("--too-long", action="store_true", help="count every text as far too long")
    parser.add_argument("--log", type=Path, metavar="FILE", help="write the log into FILE, too")
    parser.add_argument("--course", type=Path, metavar="DIR", help=argparse.SUPPRESS)


def run(options: argparse.Namespace, say: Say) -> int:
    """Serve until interrupted; return the exit status."""
    from dataclasses import replace

    from grader.author.serving import FaultError, fault_of, listen, script_of, serve
    from grader.course import Course
    from grader.fixtures import load_fixture
    from grader.replay.bounds import UNBOUNDED

    course = Course(course_folder(options.course))
    given = Path(options.fixture)
    fixture = load_fixture(given if given.is_file() else course.fixtures / given)
    if options.pace is not None and not 0.01 <= options.pace <= 1000:
        raise UsageError(f"--pace {options.pace:g} is not between 0.01 and 1000.")
    try:
        planned = tuple(fault_of(text) for text in options.fault)
    except FaultError as error:
        raise UsageError(str(error)) from None
    script = script_of(
        course,
        replace(fixture, faults=fixture.faults + planned),
        seed=options.seed,
        too_long=options.too_long,
        bounds=UNBOUNDED,
    )
    try:
        listener = listen(options.port)
    except (OSError, OverflowError) as error:
        raise UsageError(
            f"Port {options.port} cannot be used ({error}). Give another one: --port 0 takes any."
        ) from None
    with contextlib.ExitStack() as stack:
        file = stack.enter_context(options.log.open("a", encoding="utf-8")) if options.log else None

        def log(line: str) -> None:
            text = f"{datetime.now():%H:%M:%S}  {line}\n"
            say(text, plain=True)
            if file is not None:
                file.write(text)
                file.flush()

        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        say(
            f"{fixture.title}: serving on {url}, until Ctrl-C. Point any client at it:\n\n"
            f"    export ANTHROPIC_BASE_URL={url} ANTHROPIC_API_KEY=anything\n\n",
            plain=True,
        )
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serve(script, listener, log, pace=options.pace, seed=options.seed or 0))
    return PASSED
