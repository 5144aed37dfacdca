"""The class page: what is in it, and what a browser makes of it."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import shutil
import subprocess
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from grader.bulk.classpage import ClassData, render_class_page
from grader.bulk.lateness import LateLine
from grader.bulk.outputs import safe_cell
from grader.report import Report, not_there
from tests.bulk.classes import COURSE, class_of, row_of

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
HOSTILE = "</script><script>alert(1)</script>{{ 7*7 }}<img src=x onerror=alert(2)>"


def page(number: int = 30, *extra: tuple[Any, Report]) -> str:
    """The page of a drawn class."""
    data = ClassData(COURSE, seed=1)
    for row, report in (*class_of(number), *extra):
        data.add(row, report)
    return render_class_page(data)


def embedded(text: str) -> dict[str, Any]:
    """The data in a page."""
    found = re.search(r'<script type="application/json" id="class">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    parsed: dict[str, Any] = json.loads(found[1])
    return parsed


def test_the_policy_allows_this_script_and_this_style_alone() -> None:
    """The hashes of the policy are those of the page's own script and style, and nothing is loaded from elsewhere."""
    text = page()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    said = html.unescape(policy[1])
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        found = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert found is not None
        digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
        assert f"{rule} 'sha256-{digest}'" in said
    assert "default-src 'none'" in said and "unsafe" not in said
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", text)


def test_a_hostile_name_is_text() -> None:
    """A student's name or words never become markup."""
    _, report = next(iter(class_of(1)))
    failed = replace(report.exercises[0].checks[0], outcome="failed", message=HOSTILE, misconception=None)
    exercise = replace(report.exercises[0], outcome="graded", checks=(failed,))
    report = replace(report, submission="mallory", exercises=(exercise,))
    text = page(0, (row_of(report, student=HOSTILE), report))
    assert "<script>alert" not in text and "<img" not in text
    assert embedded(text)["rows"][0]["s"] == HOSTILE


def test_a_row_says_each_outcome_and_each_mistake() -> None:
    """The compact rows hold what the reports say, check by check."""
    data = embedded(page())
    for (_, report), row in zip(class_of(30), data["rows"], strict=True):
        outcomes = {f"{e.name}.{c.name}": c.outcome[0] for e in report.exercises for c in e.checks}
        for at, check in enumerate(data["checks"]):
            assert row["c"][at] == outcomes.get(f"{check['exercise']}.{check['name']}", "-")
        failed = sum(outcome == "f" for outcome in outcomes.values())
        assert len(row["m"]) == failed


def test_what_could_not_be_taken_in_has_its_reason_and_what_was_not_handed_in_has_none() -> None:
    """A row says why something was not taken in; an exercise that is just not there is no reason to look."""
    _, report = next(iter(class_of(1)))
    reason = "The archive ann.zip is refused: it is cut off."
    broken, absent = (
        replace(report, exercises=tuple(replace(e, outcome="missing", fault=why(e.name)) for e in report.exercises))
        for why in (lambda name: reason, not_there)
    )
    ann, ben = embedded(page(0, (row_of(broken), broken), (row_of(absent), absent)))["rows"]
    assert ann["u"] == [reason] and "u" not in ben


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_what_could_not_be_taken_in_is_listed_first_each_with_a_link(tmp_path: Path) -> None:
    """The first things to look at are the submissions that got 0 points unread; hidden names hide the reasons too."""
    _, report = next(iter(class_of(1)))
    fault = "The archive zoë.zip is refused: it is cut off."
    report = replace(
        report,
        submission="zoe",
        exercises=tuple(replace(e, outcome="missing", fault=fault, checks=()) for e in report.exercises),
    )
    path = tmp_path / "index.html"
    path.write_text(page(0, (row_of(report), report)), encoding="utf-8")
    first = shown(path).partition('id="attention"')[2].partition("</section>")[0]
    assert 'href="reports/zoe.html"' in first and fault in first and "1 submission</button> could not be" in first
    hidden = shown(path, "#names=hidden").partition("<main>")[2].partition("</main>")[0]
    assert "zoë" not in hidden and "exercise1, exercise2, exercise3" in hidden


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_what_stands_between_backticks_is_shown_as_code(tmp_path: Path) -> None:
    """No raw backtick is on the page; what is a program's stays text, whatever it is."""
    _, report = next(iter(class_of(1)))
    said = '`f(1, "<b>")` returned 2, and `x` is 1.'
    failed = replace(report.exercises[0].checks[0], outcome="failed", message=said, misconception=None)
    report = replace(report, exercises=(replace(report.exercises[0], outcome="graded", checks=(failed,)),))
    path = tmp_path / "index.html"
    path.write_text(page(0, (row_of(report), report)), encoding="utf-8")
    main = shown(path).partition("<main>")[2].partition("</main>")[0]
    assert '<code>f(1, "&lt;b&gt;")</code> returned 2, and <code>x</code> is 1.' in main and "`" not in main


def test_lateness_has_its_own_place_in_a_row() -> None:
    """How late, in words, and what it costs stand beside the points, which stay as the checks gave them."""
    _, report = next(iter(class_of(1, seed=3)))
    data = ClassData(COURSE)
    data.add(row_of(report), report, LateLine("Late by 2 h.", Decimal("1.50"), Decimal("20")))
    (row,) = embedded(render_class_page(data))["rows"]
    assert [row["late"], row["cost"], row["p"]] == ["Late by 2 h.", 1.5, report.score]


def test_names_are_sorted_as_people_do() -> None:
    """9 comes before 10, and capitals and accents make no difference."""
    _, report = next(iter(class_of(1)))
    data = ClassData(COURSE)
    for name in ("student10", "Zoe", "Student9", "émile"):
        data.add(row_of(replace(report, submission=name)), replace(report, submission=name))
    rows = embedded(render_class_page(data))["rows"]
    in_order = [row["n"] for row in sorted(rows, key=lambda row: row["k"])]
    assert in_order == ["émile", "Student9", "student10", "Zoe"]


def test_a_cluster_has_up_to_three_representatives_that_differ() -> None:
    """Each cluster names different submissions, and different words where there are any."""
    data = embedded(page(200))
    assert {each["mistake"] for each in data["clusters"]} >= {-1, 0}
    for each in data["clusters"]:
        assert 1 <= len(each["like"]) <= 3
        assert len({like["n"] for like in each["like"]}) == len(each["like"])
    assert any(len({like["text"] for like in each["like"]}) == 3 for each in data["clusters"])


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "|x", "%x"])
def test_no_cell_is_run_by_a_spreadsheet(text: str) -> None:
    """Cells that begin like a formula are made harmless, and stay readable."""
    assert not safe_cell(text).startswith(("=", "+", "-", "@", "\t", "\r", "|", "%"))
    assert safe_cell("Ann Lee") == "Ann Lee"


def shown(path: Path, address: str = "") -> str:
    """What a browser has after the page's script has run."""
    assert CHROMIUM is not None
    line = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "--virtual-time-budget=5000"]
    done = subprocess.run([*line, path.as_uri() + address], capture_output=True, text=True, timeout=120)
    return done.stdout


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_the_browser_shows_the_first_page_of_a_large_class(tmp_path: Path) -> None:
    """Of many submissions the first hundred are in the table, and the count says so."""
    path = tmp_path / "index.html"
    path.write_text(page(450), encoding="utf-8")
    text = shown(path)
    table = text[text.index('id="rows"') :]
    assert len(re.findall(r"<tr>", table[: table.index("</table>")])) == 101
    assert "450 submissions, shown from 1 to 100" in text


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_filters_stand_in_the_address(tmp_path: Path) -> None:
    """A link with a filter, an order and hidden names shows just that."""
    path = tmp_path / "index.html"
    path.write_text(page(60), encoding="utf-8")
    rows = embedded(path.read_text(encoding="utf-8"))["rows"]
    missing = [row for row in rows if row["o"].get("exercise1") == "missing"]
    text = shown(path, "#which=missing%3Aexercise1&sort=points&down=1&names=hidden")
    assert f"{len(missing)} submission{'' if len(missing) == 1 else 's'} of 60" in text
    table = text[text.index('id="rows"') : text.index("<footer>")]
    assert "student0" not in table and f"Submission {missing[0]['a']}" in table
    assert 'aria-sort="descending"' in table
