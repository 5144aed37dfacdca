"""Write the HTML page again from a report's JSON and its traces: no student code runs, nothing is judged."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import PASSED, UsageError
from grader.commands import Say, course_folder

if TYPE_CHECKING:
    from grader.report import Report
    from grader.trace import Trace


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "report", type=Path, metavar="REPORT.json", help="what --json FILE wrote, together with --traces"
    )
    parser.add_argument(
        "--report",
        dest="page",
        type=Path,
        metavar="FILE",
        help="the page (default: reports/NAME.html; one that is there is replaced)",
    )
    parser.add_argument("--course", type=Path, metavar="DIR", help="the course's folder (default: course/)")
    parser.add_argument("--open", action="store_true", help="open the page in the browser")


def run(options: argparse.Namespace, say: Say) -> int:
    """Read, render, write."""
    from grader.course import Course
    from grader.render.again import ANYWHERE
    from grader.render.page import render_page
    from grader.report import ReportError, load

    course = Course(course_folder(options.course))
    try:
        report = load(options.report.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise UsageError(f"{options.report} is not text in UTF-8; --json FILE writes a report.") from None
    except (OSError, ReportError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"{options.report}: {said}") from None
    traces = {exercise.name: _traces(exercise.traces, options.report) for exercise in report.exercises}
    page = options.page or Path("reports") / f"{_file_name(report)}.html"
    replaced = page.exists()
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(render_page(report, traces, course, ANYWHERE), encoding="utf-8")
    say(f"{'Report, in place of the one that was there' if replaced else 'Report'}: {page}\n", plain=True)
    if not any(traces.values()):
        say("The report names no traces, so the page has no evidence: grade with --traces DIR to keep them.")
    if options.open:
        import webbrowser

        webbrowser.open(page.resolve().as_uri())
    return PASSED


def _file_name(report: Report) -> str:
    """A submission's name as a file's, wherever the report is from."""
    return "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in report.submission).lstrip(".") or "page"


def _traces(written: Mapping[str, str], report: Path) -> dict[str, Trace]:
    """Read the traces of one exercise: where the report says, or beside the report."""
    from grader.trace import TraceError, load

    traces = {}
    for scenario, name in written.items():
        path = next((each for each in (Path(name), report.parent / name) if each.is_file()), None)
        if path is None:
            raise UsageError(f"{report} names the trace {name}, and there is no such file, here or beside the report.")
        try:
            traces[scenario] = load(path.read_text(encoding="utf-8"))
        except (TraceError, UnicodeDecodeError) as error:
            raise UsageError(f"{path}: {error}") from None
    return traces
