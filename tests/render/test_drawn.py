"""Drawings that are kept: a page made of them is the page that would be drawn now."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.render.drawn import Drawn, from_json, to_json
from grader.render.page import PageDrawer, Traces, render_page
from grader.report import CheckReport, ExerciseReport
from tests.render.samples import COURSE, check, exercise, hostile_report, hostile_traces, report, streamed

TRACES: Traces = {"exercise3": {name: streamed(name, progressive=False) for name in ("recorded", "varied")}}


def graded(*more: CheckReport) -> ExerciseReport:
    """Exercise 3 with a stream that was held back, and what else was checked."""
    held = check("streams_progressively", scenario="recorded", facts={"pieces": "40"}, evidence=(0, 5))
    whole = check("shows_whole_answer", "passed", scenario="varied", facts={"pieces": "40"}, evidence=(2, 9))
    return exercise(held, whole, *more, name="exercise3")


def kept(of: ExerciseReport) -> dict[str, Drawn]:
    """What is kept of a page, as it was written down and read back."""
    drawer = PageDrawer(COURSE)
    drawer.page(report(of), lambda: TRACES)
    return {name: from_json(to_json(drawn)) for name, drawn in drawer.drawn.items()}


def unread() -> Traces:
    """Traces that nobody may look at."""
    raise AssertionError("a trace was read")


@pytest.mark.parametrize(
    "more",
    [
        check("new", "passed", title="A new one", scenario="recorded", evidence=(1, 2)),
        check("new", "skipped", title="A new one", message="It could not be judged.", because="create_then_stream"),
    ],
)
def test_a_check_more_that_does_not_fail_needs_no_new_drawing(more: CheckReport) -> None:
    """Its evidence is found all the same, and no trace is read."""
    page = PageDrawer(COURSE, kept=kept(graded())).page(report(graded(more)), unread)
    assert page == render_page(report(graded(more)), TRACES, COURSE)
    assert ("Evidence: request 1" in page.partition("A new one")[2]) == (more.outcome == "passed")


def test_a_check_more_that_fails_is_drawn_beside_charts_that_are_kept() -> None:
    """The page shows what the new check has read, and the streams are not drawn again."""
    before = kept(graded())
    more = check("new", title="A new one", scenario="recorded", observed="$0.003327", facts={"label": "cost"})
    drawer = PageDrawer(COURSE, kept=before)
    page = drawer.page(report(graded(more)), lambda: TRACES)
    assert page == render_page(report(graded(more)), TRACES, COURSE)
    assert "read by “A new one”" in page
    assert drawer.drawn["exercise3"].charts is before["exercise3"].charts


def test_what_is_kept_of_a_hostile_page_is_as_harmless() -> None:
    """Written down, read back and put together, it is the page that was drawn."""
    drawer = PageDrawer(COURSE)
    page = drawer.page(hostile_report(), hostile_traces)
    again = {name: from_json(to_json(drawn)) for name, drawn in drawer.drawn.items()}
    assert PageDrawer(COURSE, kept=again).page(hostile_report(), unread) == page


def test_a_title_stands_on_the_page_once_it_is_another_one() -> None:
    """Titles are put into drawings that are kept."""
    held = replace(graded().checks[0], title="Anew: it streams", misconception=None, misconceptions=())
    first = replace(graded(), checks=(replace(held, title="It streams"),))
    page = PageDrawer(COURSE, kept=kept(first)).page(report(replace(first, checks=(held,))), unread)
    assert page == render_page(report(replace(first, checks=(held,))), TRACES, COURSE)
