"""Late work: a line of its own in every list and on the page, and never part of a check."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from grader.bulk.lateness import late_line, with_line
from grader.bulk.outputs import write_outputs
from grader.bulk.rows import Again, Placed
from grader.bulk.store import REPORTS, Store
from grader.course import Course, Lateness
from grader.identity import Identity, Person
from grader.report import load
from tests.bulk.classes import COURSE, class_of, row_of

DUE = datetime(2026, 5, 1, 12, tzinfo=timezone.utc)
TENTH = Lateness(percent_per_day=Decimal(10))


def handed_in(hours_late: float) -> dict[str, str]:
    """What a platform says of somebody."""
    at = DUE + timedelta(hours=hours_late)
    return Identity("canvas", (Person("Ann"),), submitted_at=at, due_at=DUE).to_mapping()


class LateCourse(Course):
    """The course with a policy."""

    policy = TENTH

    @property
    def lateness(self) -> Lateness:
        return self.policy


@pytest.fixture
def graded(tmp_path: Path) -> Path:
    """Ann is five hours late, Ben in time; the folder is that of a batch."""
    (tmp_path / REPORTS).mkdir()
    _, report = next(iter(class_of(1, seed=3)))
    with Store(tmp_path) as store:
        for name, hours in (("ann", 5.0), ("ben", -1.0)):
            own = replace(report, submission=name)
            store.put(replace(row_of(own), mapping=handed_in(hours)))
            store.place([Placed(name, name, False, handed_in(hours))])
        store.place([Placed("ann", "ann", False, handed_in(5)), Placed("ben", "ben", False, handed_in(-1))])
    return tmp_path


def written(out: Path, policy: Lateness = TENTH) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """Write the lists; give the rows of grades.csv and the pages, by name."""
    course = LateCourse(COURSE.folder)
    course.policy = policy
    with Store(out) as store:
        write_outputs(store, out, course)
    with open(out / "grades.csv", newline="", encoding="utf-8") as file:
        rows = {row["submission"]: row for row in csv.DictReader(file)}
    return rows, {page.stem: page.read_text(encoding="utf-8") for page in (out / REPORTS).iterdir()}


def test_every_list_says_it_in_its_own_place(graded: Path) -> None:
    """grades.csv, results.jsonl, the class page and the student's page have the words and the cost; no check has."""
    rows, pages = written(graded)
    ann, ben = rows["ann"], rows["ben"]
    cost = float(ann["deduction"])
    assert ann["lateness"].startswith("Late by 5 h: 10 %") and ben["lateness"] == ben["deduction"] == ben["late"] == ""
    assert float(ann["final"]) == pytest.approx(float(ann["score"]) + float(ann["bonus"]) - cost)
    assert ann["score"] == ben["score"] == ben["final"]
    reports = [load(line) for line in (graded / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    assert reports[0].lateness == {"words": ann["lateness"], "deduction": cost, "final": float(ann["final"])}
    assert reports[0].exercises == reports[1].exercises and reports[1].lateness is None
    assert f'<p class="lateness">{ann["lateness"]}</p>' in pages["ann"] and "Late by" not in pages["ben"]
    assert f'"late":{json.dumps(ann["lateness"])}' in (graded / "index.html").read_text(encoding="utf-8")


def test_another_policy_changes_the_lines_alone(graded: Path) -> None:
    """Pages and lists say what today's policy says; marks stay, and no line is left behind."""
    before, _ = written(graded)
    gentle, pages = written(graded, Lateness(grace_minutes=600))
    assert gentle["ann"]["lateness"] == "" and "Late by" not in pages["ann"]
    again, pages = written(graded, Lateness())
    assert again["ann"]["lateness"] == "Late by 5 h. Nothing is deducted." and pages["ann"].count("Late by") == 1
    assert before["ann"]["score"] == gentle["ann"]["score"] == again["ann"]["score"]


def test_a_page_that_was_written_anew_gets_its_line_again(graded: Path) -> None:
    """A new report means a new page; lateness is said on it too."""
    written(graded)
    with Store(graded) as store:
        row = store.row("ann")
        assert row is not None
        (graded / REPORTS / "ann.html").write_text("<!--lateness--><!--/lateness-->", encoding="utf-8")
        with store.amending():
            store.amend(Again("ann", row.report, None, page=True), None)
    _, pages = written(graded)
    assert "Late by 5 h" in pages["ann"]


def test_where_the_grader_failed_there_is_no_mark_to_take_from() -> None:
    """Lateness is said, and nothing is deducted from a mark that nobody has."""
    _, report = next(iter(class_of(1, seed=3)))
    report = replace(report, exercises=(replace(report.exercises[0], outcome="error", fault="no"),))
    line = late_line(replace(row_of(report), mapping=handed_in(5)), report, TENTH)
    assert line is not None and line.final is None and line.deduction == 0


def test_words_on_a_page_are_text() -> None:
    """Whatever is said is escaped, and a page without the marks stays as it is."""
    assert with_line(b"<!--lateness-->old<!--/lateness-->", "<b>") == (
        b'<!--lateness--><p class="lateness">&lt;b&gt;</p><!--/lateness-->'
    )
    assert with_line(b"<p>no marks</p>", "Late.") == b"<p>no marks</p>"
