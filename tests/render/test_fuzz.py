"""Whatever a student's bytes are, a page and a terminal show them as text."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from grader.render.again import Again
from grader.render.page import MOST_BYTES, render_page
from grader.render.terminal import changes_view, overview, report_view
from tests.render.samples import COURSE, HOSTILE, check, exercise, hostile_report, hostile_traces, report
from tests.traces import TraceBuilder

_SNIPPETS = [
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{7*7}}", "{% for %}", "[red]", "[/]", ":bomb:"),
    *("\x1b[2J", "\x1b]8;;http://x\x07", "\x9b31m", "\x00", "\x07", "\r", "\u202e", "\u2066", "\u200b", "\ufeff"),
    *("\ud800", "\udcff", "&amp;", "</style>", "-->", "]]>", "`", "``", "\n    ", "\t", "\u2028", "'\"", "\x7f"),
    *("javascript:", "=1+1", "[link=x]"),
]
TEXTS = st.lists(st.one_of(st.sampled_from(_SNIPPETS), st.text(max_size=12), st.characters()), max_size=12).map("".join)
SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


class _Elements(HTMLParser):
    """Collects the tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.targets += [value or "" for name, value in attrs if name in ("href", "src")]


def elements(page: str) -> _Elements:
    """Parse a page as a browser does."""
    found = _Elements()
    found.feed(page)
    return found


@SETTINGS
@given(TEXTS)
def test_no_text_of_a_student_becomes_markup(text: str) -> None:
    """A page has the elements and attributes that it always has, and shows controls by name."""
    page = render_page(hostile_report(text), hostile_traces(text), COURSE)
    found = elements(page)
    assert found.tags.count("script") == 1
    assert not {"img", "iframe", "object", "embed", "form", "link", "base"} & set(found.tags)
    assert not {name for name in found.attributes if name.startswith("on") or name in ("style", "src")}
    assert all(target.startswith("#") for target in found.targets)
    assert not _FORBIDDEN.search(page)
    page.encode("utf-8")


@SETTINGS
@given(TEXTS)
def test_no_text_of_a_student_steers_a_terminal(text: str) -> None:
    """A terminal gets no control sequence from a student's text, and no markup is taken from it."""
    out = io.StringIO()
    console = Console(file=out, width=80, color_system=None, highlight=False)
    hostile = hostile_report(text)
    for view in (
        report_view(hostile, hint_level=2),
        overview(hostile, "starter", Again()),
        changes_view(hostile_report("before"), hostile),
    ):
        console.print(view, markup=False, emoji=False)
    assert not _FORBIDDEN.search(out.getvalue())
    out.getvalue().encode("utf-8")


def test_markup_in_a_message_is_shown_in_the_terminal() -> None:
    """Square brackets and emoji names stay what they are."""
    out = io.StringIO()
    Console(file=out, width=200, color_system=None).print(report_view(hostile_report("[red]:bomb:{{7*7}}[/]")))
    assert "[red]:bomb:{{7*7}}[/]" in out.getvalue()


def test_a_hint_on_one_mistake_is_said_once() -> None:
    """Two checks with nearly the same hint, and a third whose hint says something else of the same mistake."""
    long = "Work through the numbers in order: write the code for one, remove its line, run the program, go on."
    hints = {name: ("", f"{said} {long}", "") for name, said in (("first", "Line 45."), ("second", "Line 51."))}
    checks = [check(name, misconception="not-filled-in", hints=each) for name, each in hints.items()]
    checks.append(check("third", misconception="not-filled-in", hints=("", "Save the file.", "")))
    out = io.StringIO()
    Console(file=out, width=200, color_system=None).print(report_view(report(exercise(*checks)), hint_level=1))
    said = out.getvalue()
    assert said.count(long) == 1 and "The same hint as for first, above." in said and "Save the file." in said


def test_where_nothing_was_run_no_seed_repeats_it() -> None:
    """A file that is not there has no drawn numbers."""
    nothing = replace(exercise(), outcome="missing", fault="There is no exercise1.py in the submission.")
    for shown, seeded in ((nothing, False), (exercise(check()), True)):
        out = io.StringIO()
        Console(file=out, width=200, color_system=None).print(report_view(report(shown)))
        assert ("repeats this run" in out.getvalue()) == seeded


def test_a_flood_leaves_the_page_small_and_both_ends_visible() -> None:
    """Ten megabytes on one line, long lists of lines and long values are cut visibly, with both ends kept."""
    run = TraceBuilder("exercise1").prints("begin " + "x" * 10_000_000 + " end\n").exits().trace
    page = render_page(report(exercise(check())), {"exercise1": {"recorded": run}}, COURSE)
    assert "begin xxx" in page
    assert "xxx end" in page
    assert "characters left out" in page
    for text in ("begin " + "<&\x00" * 8_000 + " end", "a\n" * 20_000):
        page = render_page(hostile_report(text), hostile_traces(text), COURSE)
        assert len(page.encode()) <= MOST_BYTES
        assert "left out" in page


def test_hostile_names_of_models_and_files_are_text() -> None:
    """The worst text in every place leaves a page whole."""
    page = render_page(hostile_report(HOSTILE), hostile_traces(HOSTILE), COURSE)
    assert page.rstrip().endswith("</html>")
