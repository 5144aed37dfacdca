"""Grade a folder of submissions: every mark, every student's page, and a page of the class."""

from __future__ import annotations

import argparse
import asyncio
import random
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import FAULT, PASSED, UsageError
from grader.commands import Say, course_folder
from grader.commands.batch_shown import BatchShown

if TYPE_CHECKING:
    from grader.bulk.batch import Plan, Tally
    from grader.bulk.cluster.address import Address
    from grader.bulk.store import Store

_INTERRUPTED = 130
_LISTED = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command line takes."""
    from grader.bulk.intake import LAYOUTS

    parser.add_argument(
        "submissions", type=Path, metavar="SUBMISSIONS", help="a folder or archive a student, or an export"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="OUT", help="where grades and pages are written")
    parser.add_argument("--layout", choices=("auto", *LAYOUTS), default="auto", help="how SUBMISSIONS is laid out")
    parser.add_argument(
        "--only", action="append", default=[], metavar="EXERCISE", help="this exercise alone (repeatable)"
    )
    parser.add_argument("--jobs", type=_positive, metavar="N", help="worker processes (default: one a processor)")
    parser.add_argument("--seed", type=_seed, metavar="N", help="the seed of the drawn numbers (default: drawn, kept)")
    parser.add_argument("--time-limit", type=_seconds, metavar="S", help="seconds for each run of a program")
    parser.add_argument(
        "--sandbox",
        choices=("auto", "namespaces", "bwrap", "landlock", "none"),
        default="auto",
        help="how programs are sealed; without a seal only by 'none'",
    )
    parser.add_argument("--fresh", action="store_true", help="forget OUT's earlier grades")
    parser.add_argument("--twice", action="store_true", help="run each submission twice and name those that differ")
    parser.add_argument(
        "--sample", type=_positive, metavar="N", help="name N passes and N failures to look at yourself"
    )
    parser.add_argument(
        "--cluster", metavar="ADDRESS", help="a Dask cluster: tcp://HOST:PORT, tls://HOST:PORT, or local:N to try it"
    )
    parser.add_argument("--course", type=Path, metavar="DIR", help=argparse.SUPPRESS)


def run(options: argparse.Namespace, say: Say) -> int:
    """Grade, show how far it is, sum up; return the exit status."""
    from grader.bulk.batch import Plan
    from grader.bulk.intake import IntakeError
    from grader.bulk.lock import LockedError
    from grader.bulk.pool import PoolError
    from grader.bulk.processors import cores
    from grader.bulk.store import OtherStoreError, StoreError
    from grader.sandbox.job import Limits

    plan = Plan(
        submissions=options.submissions,
        out=options.out,
        course=course_folder(options.course),
        layout=options.layout,
        only=_only(options.only, options.course),
        jobs=options.jobs or cores(),
        seed=options.seed,
        time_limit_s=options.time_limit or Limits().time_s,
        seal=options.sandbox,
        fresh=options.fresh,
        twice=options.twice,
        cluster=_cluster(options.cluster, options.jobs),
    )
    shown = BatchShown(say)
    try:
        tally = asyncio.run(_graded(plan, shown))
    except KeyboardInterrupt:
        kept = f"{shown.tally.done} of {shown.tally.total} submissions are graded and kept in {plan.out}"
        say(f"Stopped. {kept}. Run the same command again to go on.", error=True)
        return _INTERRUPTED
    except (IntakeError, LockedError, OtherStoreError) as error:
        raise UsageError(str(error)) from None
    except (PoolError, StoreError) as error:
        say(f"{error}", error=True)
        return FAULT
    _sum_up(plan, tally, options.sample, say)
    return FAULT if tally.faults else PASSED


def _only(given: list[str], course: Path | None) -> tuple[str, ...]:
    from grader.course import Course

    known = Course(course_folder(course)).exercise_names
    for name in given:
        if name not in known:
            *others, last = known
            raise UsageError(f"No exercise {name!r}. Choose {', '.join(others)} or {last}.")
    return tuple(name for name in known if name in given)


def _cluster(given: str | None, jobs: int | None) -> Address | None:
    """Read the address of a cluster, and see that one can be spoken with from here."""
    from importlib.util import find_spec

    from grader.bulk.cluster.address import AddressError, parse

    if given is None:
        return None
    if jobs is not None:
        raise UsageError("--jobs is for this machine alone; a cluster has as many as its workers have threads.")
    try:
        address = parse(given)
    except AddressError as error:
        raise UsageError(f"{error}.") from None
    if find_spec("distributed") is None:
        raise UsageError(
            "--cluster needs the package distributed: python -m pip install -e '.[bulk,cluster]' in the project's "
            "folder."
        )
    return address


async def _graded(plan: Plan, shown: BatchShown) -> Tally:
    from grader.bulk.batch import run_batch

    with shown:
        return await run_batch(plan, shown)


def _sum_up(plan: Plan, tally: Tally, sample: int | None, say: Say) -> None:
    from grader.bulk.store import Store
    from grader.render.visible import visible
    from grader.sandbox.tiers import leaks

    say(
        f"{tally.total} submissions: {tally.graded} graded in {tally.seconds:.1f} s, {tally.unchanged} unchanged. "
        f"Seed {tally.seed}."
    )
    say(f"Layout: {tally.layout}.")
    if tally.nobodys:
        some = ", ".join(visible(name, 80, lines=False) for name in tally.nobodys[:_LISTED])
        say(f"Not graded, because nothing says whose they are ({len(tally.nobodys)}): {some}. Give each a folder.")
    _mapping(plan.out, say)
    if tally.graded and tally.seal == "none":
        say("Programs ran without a seal (--sandbox none): they could do whatever you can.")
    elif tally.graded and tally.seal:
        say(
            f"Programs were sealed by {tally.seal}.",
            *(f"  It does not hold back: {leak}." for leak in leaks(tally.seal)),
        )
    if tally.faults:
        say(
            f"The grader failed at {tally.faults}: they have no mark. The class page names them first; run the same "
            "command again to try them again."
        )
    _lacking(plan.out, say)
    for name, checks in tally.differs[:_LISTED]:
        say(f"{name} came out differently when run twice: {'; '.join(checks)}")
    if len(tally.differs) > _LISTED:
        say(f"{len(tally.differs) - _LISTED} more came out differently: see the class page.")
    if tally.left:
        say(f"{tally.left} graded earlier are not in {plan.submissions} any more: kept, but left out of every list.")
    if sample:
        with Store(plan.out, create=False) as store:
            _sample(store, plan.out, sample, say)
    say(f"The class page: {plan.out / 'index.html'}\n", plain=True)  # a path that is wrapped cannot be copied


def _mapping(out: Path, say: Say) -> None:
    """Say which file was taken for whose exercise, where a layout had to decide that; all of it is in the store."""
    from grader.bulk.store import Store
    from grader.identity import files_of

    with Store(out, create=False) as store:
        decided = [
            f"  {row.student} ({row.name}): {exercise} is {file}"
            for row in store.rows()
            for exercise, file in files_of(row.mapping).items()
            if file != f"{row.student}/{exercise}.py"
        ]
    if decided:
        say("Taken for an exercise:", *decided[:_LISTED])
    if len(decided) > _LISTED:
        more = len(decided) - _LISTED
        say(f"  … {more} more; this lists every one: python grade.py export {out} --to jsonl\n", plain=True)


def _lacking(out: Path, say: Say) -> None:
    """Name what could not be read, and count what was not handed in."""
    from grader.bulk.store import Store
    from grader.commands.lacking import lacking

    with Store(out, create=False) as store:
        with_gaps = ((row.name, row.read_report()) for row in store.rows() if '"missing"' in row.report)
        for line in lacking(with_gaps, "the class page lists every one of them first"):
            say(line)


def _sample(store: Store, out: Path, number: int, say: Say) -> None:
    """Name random passes and failures, each with its page, so that somebody looks at them."""
    draw = random.SystemRandom()
    kept: dict[str, list[str]] = {"passed": [], "failed": []}
    seen = {"passed": 0, "failed": 0}
    for row in store.rows():
        for exercise in row.read_report().exercises:
            for check in exercise.checks:
                if check.outcome not in kept:
                    continue
                seen[check.outcome] += 1
                line = f"{row.name} · {exercise.name}.{check.name} · {out / 'reports' / row.name}.html"
                if len(kept[check.outcome]) < number:
                    kept[check.outcome].append(line)
                elif (at := draw.randrange(seen[check.outcome])) < number:  # every one has the same chance
                    kept[check.outcome][at] = line
    for outcome, lines in kept.items():
        say("\n".join([f"Look at these, which {outcome}:", *(f"  {line}" for line in lines), ""]), plain=True)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) >= 1 << 32:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number between 0 and {(1 << 32) - 1}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds") from None
    if not 0.1 <= value <= 3600:
        raise argparse.ArgumentTypeError(f"{text} is not between 0.1 and 3600 seconds")
    return value
