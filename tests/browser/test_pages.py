"""Pages in a browser: every program of the course, quiet, self-contained, readable, and accessible."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from grader.render.page import MOST_BYTES, render_page
from tests.browser.pages import Page, pages, programs
from tests.render.samples import COURSE, check, exercise, hostile_report, hostile_traces, report

pytestmark = pytest.mark.browser

NAMES = ["+".join(path.stem for path in row) for row in programs()]
MODES = [(1280, "light"), (320, "dark"), (1280, "dark"), (320, "light")]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Tab:
    """A browser's tab that notes what a page says and asks for."""

    def __init__(self, chromium: Any, folder: Path) -> None:
        self._folder = folder
        self._context = chromium.new_context()
        self.page = self._context.new_page()
        self.console: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.console.append(message.text))
        self.page.on("pageerror", lambda error: self.console.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.console.append(dialog.message), dialog.dismiss()))
        self._context.on("request", lambda request: self.requests.append(request.url))

    def open(self, html: str, width: int = 1280, scheme: str = "light") -> None:
        """Open a page from a file, as a student does."""
        path = self._folder / "page.html"
        path.write_text(html, encoding="utf-8")
        self.look(width, scheme)
        self.page.goto(path.as_uri())

    def look(self, width: int, scheme: str) -> None:
        """Look at the page as it is from another window, in another scheme: nothing is loaded anew."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=scheme)

    def forget(self) -> None:
        """Forget what was noted, for the next test."""
        self.console.clear()
        self.requests.clear()

    @property
    def asked_for(self) -> list[str]:
        """What was asked for beside the page itself."""
        return [url for url in self.requests if not url.startswith("file://") or not url.endswith("/page.html")]

    def violations(self) -> list[str]:
        """What axe-core finds."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(_axe())
        found = self.page.evaluate(
            "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations'], preload: false})"
            ".then(result => result.violations.map(v => v.id + ': ' + v.nodes[0].html))",
            WCAG,
        )
        return list(found)

    def faults_of_links(self) -> list[str]:
        """The links that lead nowhere, and the ids that are there twice."""
        return list(
            self.page.evaluate(
                "[...[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href').slice(1))"
                ".filter(id => !document.getElementById(id)), ...[...document.querySelectorAll('[id]')]"
                ".map(e => e.id).filter((id, at, all) => all.indexOf(id) !== at)]"
            )
        )

    def small_targets(self) -> list[str]:
        """What is to be pressed and less than 24 pixels high, links inside of sentences aside."""
        return list(
            self.page.evaluate(
                "[...document.querySelectorAll('summary, nav a, .links a')].filter(e => e.getClientRects().length)"
                ".filter(e => e.getBoundingClientRect().height < 24).map(e => e.outerHTML)"
            )
        )

    def close(self) -> None:
        self._context.close()


@cache
def _axe() -> str:
    module = pytest.importorskip("axe_playwright_python", reason="needs the package axe-playwright-python")
    return (Path(module.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def _one_tab(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    opened = Tab(chromium, tmp_path_factory.mktemp("pages"))
    yield opened
    opened.close()


@pytest.fixture
def tab(_one_tab: Tab) -> Tab:
    """The tab, with nothing noted yet: a page is opened in it in place of the one before."""
    _one_tab.forget()
    return _one_tab


@pytest.fixture(scope="module")
def made(chromium: Any) -> dict[str, Page]:
    """The pages of all programs of the course (made only where there is a browser)."""
    with ThreadPoolExecutor(1) as thread:  # Playwright's event loop runs in this one
        return {page.name: page for page in thread.submit(pages).result()}


@pytest.mark.parametrize(("name", "number"), [(name, number) for number, name in enumerate(NAMES)], ids=NAMES)
def test_a_page_of_the_course_is_quiet_self_contained_and_accessible(
    name: str, number: int, tab: Tab, made: dict[str, Page]
) -> None:
    """No message, no request, no sideways scrolling, no dead link, no small target, no finding of axe-core.

    Each page in one of the four modes, the first page in all.
    """
    html = made[name].html
    assert len(html.encode()) <= MOST_BYTES
    modes = MODES if number == 0 else MODES[number % 4 :][:1]
    tab.open(html, *modes[0])
    assert tab.faults_of_links() == []
    for width, scheme in modes:
        tab.look(width, scheme)
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
        assert tab.small_targets() == []
        assert tab.violations() == []
    assert tab.console == []
    assert tab.asked_for == []


def test_everything_collapsed_is_accessible_too(tab: Tab, made: dict[str, Page]) -> None:
    """With every part opened, axe-core finds nothing and nothing scrolls sideways.

    Of rows that are all alike, axe-core looks at the first ones: it takes a second for a hundred.
    """
    tab.open(made[NAMES[5]].html)
    tab.page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    for width, _ in MODES[:2]:
        tab.look(width, "light")
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
    tab.page.evaluate("document.querySelectorAll('.pieces tr:nth-child(n+12)').forEach(row => row.remove())")
    for width, scheme in MODES[:2]:  # both widths, both schemes
        tab.look(width, scheme)
        assert tab.small_targets() == []
        assert tab.violations() == []


def test_the_next_step_leads_to_the_marked_line(tab: Tab, made: dict[str, Page]) -> None:
    """The place beside the next step is a link to a line that is marked and seen."""
    tab.open(made[NAMES[3]].html)
    link = tab.page.locator(".next a.place")
    target = tab.page.locator(link.get_attribute("href"))
    link.click()
    target.wait_for(state="visible")
    assert "marked" in (target.get_attribute("class") or "")


def test_a_link_to_a_collapsed_part_opens_it(tab: Tab, made: dict[str, Page]) -> None:
    """The evidence of a check is seen when its link is followed, also where it was collapsed."""
    tab.open(made[NAMES[3]].html)
    tab.page.evaluate("document.querySelectorAll('details.run').forEach(part => part.open = false)")
    link = tab.page.locator(".check.failed .links a[href*='-request-']").first
    target = link.get_attribute("href")
    link.click()
    tab.page.locator(target).wait_for(state="visible")
    assert tab.console == []


def test_printing_opens_every_collapsed_part_and_closes_it_again(tab: Tab, made: dict[str, Page]) -> None:
    """What is on the page is on the paper."""
    tab.open(made[NAMES[3]].html)
    closed = "document.querySelectorAll('details:not([open])').length"
    before = tab.page.evaluate(closed)
    assert before > 0
    tab.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert tab.page.evaluate(closed) == 0
    tab.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert tab.page.evaluate(closed) == before


def test_hostile_text_executes_nothing(tab: Tab) -> None:
    """Scripts, handlers and styles in a student's text are text: no message, no request, no dialog, no element."""
    html = render_page(hostile_report(), hostile_traces(), COURSE)
    tab.open(html)
    assert tab.page.evaluate("document.querySelectorAll('script').length") == 1
    assert (
        tab.page.evaluate("document.querySelectorAll('img, iframe, object, [onerror], [onload], [style]').length") == 0
    )
    assert tab.console == []
    assert tab.asked_for == []


def test_a_script_that_got_in_would_not_run(tab: Tab) -> None:
    """The policy stops what escaping would have let through: inline scripts, handlers, styles, images."""
    html = render_page(report(exercise(check())), {}, COURSE)
    evil = "<script>window.got = 1</script><img src='https://example.org/x' onerror='window.got = 2'>"
    evil += "<p style='color:red'>x</p>"
    tab.open(html.replace("<main", evil + "<main"))
    assert tab.page.evaluate("window.got") is None
    assert all("Content Security Policy" in message for message in tab.console)
    assert len(tab.console) >= 3
