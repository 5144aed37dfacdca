"""The page of one submission: complete, and safe to open whatever the student wrote."""

from __future__ import annotations

from grader.render.page import render_page
from tests.render.samples import COURSE, check, exercise, report, streamed


def test_page_holds_expected_beside_observed_and_every_hint() -> None:
    """A failed check shows what was expected, what was observed, and its three hints."""
    page = render_page(report(exercise(check())), {}, COURSE)
    for text in ("$0.005892", "$0.007596", "Read the line aloud.", "<code>1,337</code>", "a = b * ..."):
        assert text in page


def test_page_is_the_same_for_the_same_report_and_traces() -> None:
    """Nothing but the report and its traces goes into a page."""
    traces = {"exercise3": {"recorded": streamed(progressive=False)}}
    made = {render_page(report(exercise(check(), name="exercise3")), traces, COURSE) for _ in range(3)}
    assert len(made) == 1


def test_student_text_is_shown_and_never_run() -> None:
    """Markup, templates and control characters in a student's text are text."""
    hostile = "<script>alert(1)</script>{{7*7}}[red]\x1b[31m\x00\u202e"
    page = render_page(report(exercise(check(observed=hostile, message=hostile)), submission=hostile), {}, COURSE)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}[red]\\x1b[31m\\x00\\u202e" in page
    assert not set("\x00\x1b\u202e") & set(page)
