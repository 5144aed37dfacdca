"""Record a program's run against the real API as a fixture: with your own key, priced and asked for beforehand."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import FAILED, FAULT, PASSED, UsageError
from grader.commands import Say, course_folder

if TYPE_CHECKING:
    from grader.author.live import Account
    from grader.author.purse import Agree, Forecast
    from grader.course import Course

KEY = "ANTHROPIC_API_KEY"
CAP_USD = Decimal("0.25")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command line takes."""
    parser.add_argument("program", type=Path, metavar="PROGRAM.py", help="the program to run; it is given a dummy key")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the fixture, such as fixtures/x.yaml")
    parser.add_argument("--title", default="", metavar="TEXT", help="what the fixture is called")
    parser.add_argument("--upstream", metavar="URL", help="another API than the real one")
    parser.add_argument(
        "--cap", type=dollars, default=CAP_USD, metavar="USD", help=f"spend no more (default: {CAP_USD})"
    )
    parser.add_argument("--yes", action="store_true", help="agree to every request under the cap")
    parser.add_argument("--force", action="store_true", help="write over a fixture that is there")
    parser.add_argument("--course", type=Path, metavar="DIR", help=argparse.SUPPRESS)


def run(options: argparse.Namespace, say: Say) -> int:
    """Record, replay, say what came of it; return the exit status."""
    from grader.author.record import record
    from grader.author.recording import RecordingError
    from grader.course import Course
    from grader.run.session import RunFault
    from grader.run.submission import SubmissionError
    from grader.sandbox.tiers import unsealed

    if options.out.exists() and not options.force:
        raise UsageError(f"{options.out} is there already. Choose another name, or add --force.")
    course = Course(course_folder(options.course))
    account = open_account(course, options.upstream, options.cap, yes=options.yes, say=say)

    async def recorded() -> int:
        launcher = unsealed()
        try:
            done = await record(course, launcher, options.program, account, options.out, title=options.title)
        finally:
            await launcher.close()
        exchanges = done.trace.exchanges
        say(f"{options.out}: {len(exchanges)} exchanges, ${account.purse.spent_usd:.6f} spent.")
        if not done.differs:
            say("Replayed at once: the same answers, cuts, tokens and tries.")
            return PASSED
        say("Replayed at once, and it is not the same:", *(f"  {each}" for each in done.differs))
        return FAILED

    try:
        return asyncio.run(recorded())
    except (RecordingError, SubmissionError) as error:
        raise UsageError(str(error)) from None
    except RunFault as fault:
        say(f"{fault}", error=True)
        return FAULT


def open_account(course: Course, upstream: str | None, cap_usd: Decimal, *, yes: bool, say: Say) -> Account:
    """Put together what a live run needs: the API, the key, the purse."""
    from grader.author.live import Account
    from grader.author.purse import Purse, always
    from grader.author.upstream import REAL, Upstream, UpstreamError

    key = os.environ.get(KEY, "")
    if not key:
        raise UsageError(f"{KEY} is not set. A live run needs your own key: export {KEY}=…")
    if not yes and not sys.stdin.isatty():
        raise UsageError("There is nobody to ask before money is spent. Add --yes to agree to what is under the cap.")
    try:
        api = Upstream(upstream or REAL)
    except UpstreamError as error:
        raise UsageError(str(error)) from None
    agree: Agree = always if yes else _asks(say)
    return Account(api, key, Purse(course.prices, cap_usd, agree))


def _asks(say: Say) -> Agree:
    """Ask the person at the terminal before each request."""
    turn = asyncio.Lock()

    async def agree(forecast: Forecast) -> bool:
        async with turn:
            say(f"{forecast}\nSend it? [y/N] ", plain=True, error=True)
            answer = await asyncio.to_thread(sys.stdin.readline)
            return answer.strip().lower() in ("y", "yes")

    return agree


def dollars(text: str) -> Decimal:
    """Read an amount of dollars."""
    try:
        value = Decimal(text.removeprefix("$"))
    except InvalidOperation:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount of dollars") from None
    if not 0 < value <= 100:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 100 dollars")
    return value
