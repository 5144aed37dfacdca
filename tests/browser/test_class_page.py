"""The class page in a browser: accessible, usable with the keyboard, and a link to what is seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.bulk.classpage import ClassData, render_class_page
from tests.bulk.classes import COURSE, class_of

NUMBER = 450


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A class of 450."""
    data = ClassData(COURSE, seed=1)
    for row, report in class_of(NUMBER):
        data.add(row, report)
    path = tmp_path_factory.mktemp("class") / "index.html"
    path.write_text(render_class_page(data), encoding="utf-8")
    return Path(path).as_uri()


@pytest.fixture
def page(chromium: Any, address: str) -> Iterator[Any]:
    """The page, opened; an error of its script fails the test."""
    errors: list[str] = []
    opened = chromium.new_page(viewport={"width": 1280, "height": 900})
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(address)
    yield opened
    opened.close()
    assert errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_leaves_nothing_open(page: Any, scheme: str) -> None:
    """No rule is broken, and there is none that axe could not decide."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
    page.emulate_media(color_scheme=scheme)
    found = axe.Axe().run(page).response
    assert [rule["id"] for rule in found["violations"]] == []
    assert [rule["id"] for rule in found["incomplete"]] == []


def test_each_figure_leads_to_as_many_submissions_as_it_says(page: Any) -> None:
    """Whichever number is clicked, the table holds that many, and the count says so aloud."""
    figures = page.locator("main button.link")
    for at in range(figures.count()):
        said = int(re.sub(r"\D", "", figures.nth(at).inner_text().split()[0]))
        figures.nth(at).click()
        counted = page.locator("#count").inner_text()
        assert counted.startswith(f"{said:,} submission"), figures.nth(at).inner_text()
    assert page.locator("#count").get_attribute("aria-live") == "polite"


def test_the_address_holds_what_is_seen_and_back_goes_back(page: Any, address: str) -> None:
    """Filter, order and page stand in the address; the browser's way back undoes the last step."""
    page.locator("thead button", has_text="Points").last.click()
    page.locator("#pages button", has_text="Next page").click()
    assert page.evaluate("location.hash") == "#sort=points&down=1&page=2"
    seen = page.locator("#rows tbody tr").first.inner_text()
    page.goto(address + "#sort=points&down=1&page=2")
    assert page.locator("#rows tbody tr").first.inner_text() == seen
    page.locator("#pages button", has_text="Next page").click()
    page.go_back()
    assert page.locator("#rows tbody tr").first.inner_text() == seen


def test_the_table_can_be_used_with_the_keyboard_alone(page: Any) -> None:
    """A slash goes to the search, arrows through the submissions, Escape clears; turning pages keeps its place."""
    page.keyboard.press("/")
    page.keyboard.type("student00")
    assert page.locator("#count").inner_text().startswith("100 submissions of 450")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == "student0001"
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    assert page.locator("#count").inner_text().startswith("450 submissions, shown from 1 to 100")
    page.locator("#pages button", has_text="Next page").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.locator("#count").inner_text().endswith("shown from 201 to 300")


def test_names_can_be_hidden_everywhere(page: Any) -> None:
    """With hidden names, no name stands anywhere on the page, and the order says nothing of them."""
    page.locator("#anonymous").check()
    assert "student0" not in page.locator("body").inner_text()
    assert page.locator("#rows tbody tr").first.inner_text().startswith("Submission 1\t")


def test_the_heads_of_the_columns_stay_in_sight(page: Any) -> None:
    """However far down the table is read, its first row is at the top of the window."""
    page.locator("#rows tbody tr").nth(60).scroll_into_view_if_needed()
    top = page.locator("#rows thead th").first.bounding_box()["y"]
    assert -1 <= top <= 1
