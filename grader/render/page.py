"""The student's page: one file that needs nothing else. Puts the parts together; each part has its own module."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grader.course import Course
from grader.render.again import Again
from grader.render.excerpt import ROOMS, Room
from grader.render.exercise import exercise_part
from grader.render.lesson import lesson_parts
from grader.render.prose import inline, prose
from grader.render.run import LIVE
from grader.render.states import next_exercise, points
from grader.render.values import exact, rounded
from grader.render.visible import visible
from grader.report import Report
from grader.trace import Trace

MOST_BYTES = 300_000
_TEMPLATES = Path(__file__).parent / "templates"
_USUAL = Again()


def render_page(
    report: Report, traces: Mapping[str, Mapping[str, Trace]], course: Course, again: Again = _USUAL
) -> str:
    """Write the page of one submission; the same report and traces always make the same page.

    `again` is how the grader is called where the page is read. Where the page would be larger than it may be, less is
    shown of each long thing, and how much is left out.
    """
    page = ""
    for room in ROOMS:
        page = _page(report, traces, course, again, room)
        if len(page.encode()) <= MOST_BYTES:
            break
    return page


def _page(report: Report, traces: Mapping[str, Mapping[str, Trace]], course: Course, again: Again, room: Room) -> str:
    parts = tuple(
        exercise_part(each, traces.get(each.name, {}), course, again.command(report, each.name), room)
        for each in report.exercises
    )
    following = next_exercise(report)
    return (
        _environment()
        .get_template("page.html")
        .render(
            report=report,
            parts=parts,
            next=next((part for part in parts if following and part.report.name == following.name), None),
            lesson=lesson_parts(course.folder, _lessons(report)),
            prices=course.prices,
            program=again.program,
            live=any(LIVE in runs for runs in traces.values()),
            policy=_policy(),
            style=_style(),
            script=_script(),
        )
    )


def _lessons(report: Report) -> Iterator[str]:
    """The places in the lesson that help with what has not passed."""
    for exercise in report.exercises:
        yield from (check.lesson for check in exercise.checks if check.outcome in ("failed", "skipped"))


@cache
def _environment() -> Environment:
    """Make the environment once; every text that a template writes is made visible and escaped."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"inline": inline, "prose": prose, "points": points, "exact": exact, "rounded": rounded}
    return environment


def _shown(value: Any) -> Any:
    """Name control characters in whatever text reaches the page; no single text may fill it."""
    return visible(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


@cache
def _style() -> Markup:
    return Markup((_TEMPLATES / "page.css").read_text(encoding="utf-8"))  # our own file, no student's text


@cache
def _script() -> Markup:
    return Markup((_TEMPLATES / "page.js").read_text(encoding="utf-8"))


@cache
def _policy() -> str:
    """Allow this style and this script, nothing else."""
    return (
        f"default-src 'none'; style-src '{_hash(_style())}'; script-src '{_hash(_script())}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
