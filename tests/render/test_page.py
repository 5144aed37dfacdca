"""The page of one submission: complete, and safe to open whatever the student wrote."""

from __future__ import annotations

from grader.render.page import render_page
from tests.render.samples import COURSE, check, exercise, report, streamed
from tests.traces import TraceBuilder


def test_page_holds_expected_beside_observed_and_every_hint() -> None:
    """A failed check shows what was expected, what was observed, and its three hints."""
    page = render_page(report(exercise(check())), {}, COURSE)
    for text in ("$0.005892", "$0.007596", "Read the line aloud.", "<code>1,337</code>", "a = b * ..."):
        assert text in page


def test_the_next_step_names_the_place_and_no_goal_as_if_it_were_reached() -> None:
    """The mistake is the heading, the line at fault is a link to the marked line."""
    source = "def call_cost(i, o):\n    return (i * 5 + o * 1) / 1e6\n"
    traces = {"exercise1": {"varied": TraceBuilder("exercise1", "varied", source=source).exits().trace}}
    failed = check("cost_function", facts={"function": "call_cost"})
    page = render_page(report(exercise(failed)), traces, COURSE)
    box = page[page.index('class="next"') : page.index("</section>")]
    assert '<h2 id="next-title">The two prices are exchanged</h2>' in box
    assert '<a class="place" href="#exercise1-source-1-2">Look at line 2 of exercise1.py</a>' in box
    assert 'id="exercise1-source-1-2"' in page
    unknown = check("runs", misconception=None, misconceptions=())
    assert ">Not yet: The printed cost is that call&#39;s cost</h2>" in render_page(
        report(exercise(unknown)), {}, COURSE
    )


def test_the_page_says_once_that_the_api_was_replayed_and_what_a_run_is() -> None:
    """No key, no cost; and the words of the runs are explained where they stand."""
    traces = {"exercise3": {"recorded": streamed(), "varied": streamed("varied")}}
    page = render_page(report(exercise(check(), name="exercise3")), traces, COURSE)
    assert page.count("no key was used, and nothing was paid") == 1
    assert "Seen in the run <code>varied</code>: other numbers and texts, drawn from seed" in page
    live = {"exercise3": {"live": streamed("live")}}
    assert "with your own key" in render_page(report(exercise(check(), name="exercise3")), live, COURSE)


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
