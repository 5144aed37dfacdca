"""Grade one submission, or list the exercises and how far each is."""

from __future__ import annotations

import argparse
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import FAILED, FAULT, PASSED, UsageError
from grader.commands import Say, course_folder

if TYPE_CHECKING:
    from grader.commands.watch import Read
    from grader.course import Course
    from grader.grading import Graded
    from grader.render.again import Again
    from grader.report import Report
    from grader.run.session import Runner
    from grader.run.submission import Submission
    from grader.sandbox.spawn import ParentProcess


def run(options: argparse.Namespace, say: Say) -> int:
    """Grade, print, write what was asked for; return the exit status."""
    from grader.sandbox import tiers

    folder = course_folder(options.course)
    parent = tiers.early()  # imports the SDK while we import the rest
    import asyncio

    return asyncio.run(_run(options, folder, parent, say))


async def _run(options: argparse.Namespace, folder: Path, parent: ParentProcess | None, say: Say) -> int:
    from grader.sandbox import tiers

    launcher = tiers.unsealed(parent)
    try:
        from grader.course import Course
        from grader.run.submission import SubmissionError, read_submission

        course = Course(folder)
        names = _names(options.exercises, course)
        source = options.submission or folder.parent / "starter"

        def read() -> Submission:
            try:
                return read_submission(source)
            except SubmissionError as error:
                raise UsageError(str(error)) from None

        submission = read()
        seed = random.SystemRandom().randrange(10_000) if options.seed is None else options.seed
        from grader.grading import grade
        from grader.run.session import Runner
        from grader.sandbox.job import Limits

        runner = Runner(course, launcher, Limits(), seed)
        if options.watch:
            if options.live:
                raise UsageError("--watch grades at every save, and --live costs money each time. Choose one of them.")
            return await _watch(options, runner, names, source, read, say)
        if options.live:
            graded = await _live(options, runner, names, submission, say)
        else:
            graded = await grade(runner, names, submission)
    finally:
        await launcher.close()
    return _deliver(options, course, graded, source, say)


async def _watch(
    options: argparse.Namespace, runner: Runner, names: Sequence[str], source: Path, read: Read, say: Say
) -> int:
    from grader.commands.watch import Watch, words_of
    from grader.grading import grade
    from grader.render.terminal import changes_view

    def show(now: Graded, before: Graded | None, hint_level: int) -> int:
        shown = argparse.Namespace(**vars(options) | {"hint": hint_level, "open": options.open and before is None})
        status = _deliver(shown, runner.course, now, source, say)
        if before is not None:
            say(changes_view(before.report, now.report))
        return status

    async with words_of(source) as words:
        return await Watch(
            source, read, lambda submission: grade(runner, names, submission), show, say, hint_level=options.hint
        ).run(words)


async def _live(
    options: argparse.Namespace, runner: Runner, names: Sequence[str], submission: Submission, say: Say
) -> Graded:
    """Grade against the real API, and say what it has cost."""
    from grader.author.livegrading import grade_live
    from grader.commands.record import dollars, open_account

    try:
        cap_usd = dollars(options.cap)
    except argparse.ArgumentTypeError as error:
        raise UsageError(f"--cap: {error}.") from None
    if not options.exercises:
        raise UsageError("A live run costs money: name the exercise, such as exercise1 --live.")
    account = open_account(runner.course, options.upstream, cap_usd, yes=options.yes, say=say)
    graded = await grade_live(runner, names, submission, account)
    said = "One live run an exercise: values typed in cannot be told, and what is judged in no live run is left out."
    say(f"{said} Spent: ${account.purse.spent_usd:.6f}.", error=True)
    return graded


def _names(given: Sequence[str], course: Course) -> tuple[str, ...]:
    known = course.exercise_names
    for name in given:
        if name not in (*known, "all"):
            *others, last = known
            raise UsageError(f"No exercise {name!r}. Choose {', '.join(others)} or {last} (or all).")
    if not given or "all" in given:
        return known
    return tuple(name for name in known if name in given)


def _deliver(options: argparse.Namespace, course: Course, graded: Graded, source: Path, say: Say) -> int:
    from dataclasses import replace

    from grader import report as report_file
    from grader import trace as trace_file
    from grader.render.again import from_here, here
    from grader.render.terminal import overview, report_view

    report = graded.report
    if options.traces is not None:
        exercises = []
        for exercise in report.exercises:
            written = {}
            for scenario, trace in graded.traces.get(exercise.name, {}).items():
                path = options.traces / f"{exercise.name}-{scenario}.jsonl"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(trace_file.dump(trace), encoding="utf-8")
                written[scenario] = path.as_posix()
            exercises.append(replace(exercise, traces=written))
        report = replace(report, exercises=tuple(exercises))
    again = here(options.submission)
    if options.json == "-":
        say(report_file.dump(report, indent=2), "\n", plain=True)
    else:
        if options.json is not None:
            Path(options.json).write_text(report_file.dump(report, indent=2) + "\n", encoding="utf-8")
        if options.exercises:
            say(report_view(report, hint_level=min(options.hint, 2), again=again, places=_places(graded)))
        else:
            say(overview(report, from_here(source), again))
    page: Path | None = None
    if options.exercises and not options.no_report:  # after what is read first: a page takes longer to write
        page = options.report or Path("reports") / f"{report.submission}.html"
        _write_page(course, report, graded, page, again)
        if options.json != "-":
            say(f"Report{_about(report, course)}: {page}\n", plain=True)
    if options.open and page is not None:
        import webbrowser

        webbrowser.open(page.resolve().as_uri())
    if report.faults:
        return FAULT
    return PASSED if report.passed else FAILED


def _about(report: Report, course: Course) -> str:
    """Name the exercises of a page that has not all of them: every run writes the same page of a submission."""
    names = [exercise.name for exercise in report.exercises]
    return "" if len(names) == len(course.exercise_names) else f" on {' and '.join(names)} alone"


def _places(graded: Graded) -> Mapping[tuple[str, str], int]:
    """The first line at which to look for each failed check, by exercise and check."""
    from grader.render.faults import places_at_fault

    found = {}
    for exercise in graded.report.exercises:
        text = next((trace.source for trace in graded.traces.get(exercise.name, {}).values()), "")
        for check, lines in places_at_fault(exercise, text).items():
            found[exercise.name, check] = lines[0]
    return found


def _write_page(course: Course, report: Report, graded: Graded, page: Path, again: Again) -> None:
    from grader.render.page import render_page

    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(render_page(report, graded.traces, course, again), encoding="utf-8")
