"""The student's page: one file that needs nothing else. Puts the parts together; each part has its own module."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from markupsafe import Markup

from grader.course import Course
from grader.render.again import Again
from grader.render.drawn import Drawn, StandIns, draw
from grader.render.excerpt import ROOMS, Room
from grader.render.exercise import exercise_part
from grader.render.lesson import lesson_parts
from grader.render.seen import seen_of
from grader.render.setting import TEMPLATES, environment
from grader.render.states import next_exercise
from grader.report import ExerciseReport, Report
from grader.trace import Trace

MOST_BYTES = 300_000
_USUAL = Again()

Traces = Mapping[str, Mapping[str, Trace]]  # by exercise and scenario


def render_page(report: Report, traces: Traces, course: Course, again: Again = _USUAL) -> str:
    """Write the page of one submission; the same report and traces always make the same page.

    `again` is how the grader is called where the page is read.
    """
    return PageDrawer(course, again).page(report, lambda: traces)


class PageDrawer:
    """Draws pages, of drawings that are kept as far as they are; `drawn` are all that it has used, by exercise."""

    def __init__(self, course: Course, again: Again = _USUAL, kept: Mapping[str, Drawn] | None = None) -> None:
        self._course = course
        self._again = again
        self._kept = kept or {}
        self.drawn: dict[str, Drawn] = {}

    def page(self, report: Report, traces: Callable[[], Traces]) -> str:
        """Write the page of one submission; the traces are read only where something has to be drawn.

        Where the page would be larger than it may be, less is shown of each long thing, and how much is left out.
        """
        page = ""
        for room in ROOMS:
            page = self._page(report, traces, room)
            if len(page.encode()) <= MOST_BYTES:
                break
            self.drawn = {}  # what has been drawn for a page that became too large is not worth keeping
        return page

    def _page(self, report: Report, traces: Callable[[], Traces], room: Room) -> str:
        drawn = {each.name: self._drawn(each, traces, room) for each in report.exercises}
        parts = tuple(
            exercise_part(each, drawn[each.name], self._course, self._again.command(report, each.name), room)
            for each in report.exercises
        )
        following = next_exercise(report)
        return (
            environment()
            .get_template("page.html")
            .render(
                report=report,
                parts=parts,
                next=next((part for part in parts if following and part.report.name == following.name), None),
                lesson=lesson_parts(self._course.folder, _lessons(report)),
                prices=self._course.prices,
                program=self._again.program,
                live=any(each.live for each in drawn.values()),
                policy=_policy(),
                style=_style(),
                script=_script(),
            )
        )

    def _drawn(self, exercise: ExerciseReport, traces: Callable[[], Traces], room: Room) -> Drawn:
        """Take the drawings of an exercise that are kept, or draw them."""
        seen = seen_of(exercise, self._course)
        kept = self._kept.get(exercise.name) if room is ROOMS[0] else None
        if kept is not None and kept.key == seen.key:
            drawn = kept
        else:
            drawn = draw(seen, traces().get(exercise.name, {}), room, kept)
        if room is ROOMS[0]:
            self.drawn[exercise.name] = drawn
        return StandIns(seen).replaced(drawn, exercise, self._course)


def _lessons(report: Report) -> Iterator[str]:
    """The places in the lesson that help with what has not passed."""
    for exercise in report.exercises:
        yield from (check.lesson for check in exercise.checks if check.outcome in ("failed", "skipped"))


@cache
def _style() -> Markup:
    return Markup((TEMPLATES / "page.css").read_text(encoding="utf-8"))  # our own file, no student's text


@cache
def _script() -> Markup:
    return Markup((TEMPLATES / "page.js").read_text(encoding="utf-8"))


@cache
def _policy() -> str:
    """Allow this style and this script, nothing else."""
    return (
        f"default-src 'none'; style-src '{_hash(_style())}'; script-src '{_hash(_script())}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
