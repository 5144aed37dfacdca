"""The files that list everybody: results.jsonl, grades.csv, index.html, and the pages they link to. From the store.

Everything is read one submission at a time, of which a row of short cells is held, and written beside its place and
then moved there, so that a reader (or a kill) never meets half a file.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from grader import report as report_file
from grader.bulk.classpage import ClassData, render_class_page
from grader.bulk.lateness import LateLine, late_line, with_line
from grader.bulk.pages import page_of
from grader.bulk.rows import Row, unpacked
from grader.bulk.store import REPORTS, Store
from grader.course import Course
from grader.render.visible import visible
from grader.report import CheckReport, ExerciseReport, Report

RESULTS, GRADES, INDEX = "results.jsonl", "grades.csv", "index.html"

_RUNNABLE = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")  # a spreadsheet may run a cell that begins so


def write_outputs(store: Store, out: Path, course: Course) -> None:
    """Write every list from the store."""
    data = ClassData(course, seed=store.seed or 0)
    on_pages, unwritten = store.lateness(), store.unwritten
    of_pages: dict[str, str] = {}
    exercises: dict[str, dict[str, None]] = {}  # with their checks, in the order in which the reports have them
    lines: list[tuple[list[str], dict[str, str]]] = []
    with _replacing(out / RESULTS) as results:
        for row in store.rows():
            report = row.read_report()
            late = late_line(row, report, course.lateness)
            results.write(_result(report, late) + "\n")
            lines.append((_facts(row, report, late), _cells(report)))
            for exercise in report.exercises:
                exercises.setdefault(exercise.name, {}).update(dict.fromkeys(check.name for check in exercise.checks))
            data.add(row, report, late)
            page, words = out / REPORTS / f"{row.name}.html", late.words if late else ""
            if row.name in unwritten or not page.is_file():
                write_page(page, with_line(_page(store, course, row.name, report), words))
                of_pages[row.name] = words
            elif words != on_pages.get(row.name, ""):
                write_page(page, with_line(page.read_bytes(), words))
                of_pages[row.name] = words
    store.note_lateness(of_pages)
    if unwritten:
        store.note_unwritten(())
    columns = [c for name in exercises for c in (name, *(f"{name}.{check}" for check in exercises[name]))]
    with _replacing(out / GRADES) as grades:
        table = csv.writer(grades)
        table.writerow([*_FACTS, *columns])
        table.writerows([*facts, *(cells.get(column, "") for column in columns)] for facts, cells in lines)
    with _replacing(out / INDEX) as index:
        index.write(render_class_page(data))


def _page(store: Store, course: Course, name: str, report: Report) -> bytes:
    return page_of(course, report, lambda: unpacked(store.packed_traces(name)), store.drawings(name)).html


def _result(report: Report, late: LateLine | None) -> str:
    """Write a report as one line of the results: the same for every batch of the same submissions and seed.

    The numbers of events stay in the store, beside the traces that they are of: where a program does several things at
    once, they are others in every run.
    """
    late_too = replace(report, lateness=late.to_json() if late else None)
    return report_file.dump(late_too, evidence=False)


def write_page(path: Path, page: bytes) -> None:
    """Write a page, whole or not at all."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(page)
    os.replace(beside, path)


_FACTS = (
    "submission", "student", "late", "status", "score", "max_score", "bonus", "lateness", "deduction", "final", "seed",
    "sandbox",
)  # fmt: skip


def _cells(report: Report) -> dict[str, str]:
    cells: dict[str, str] = {}
    for exercise in report.exercises:
        cells[exercise.name] = number(exercise.score) if exercise.outcome != "error" else "error"
        for check in exercise.checks:
            cells[f"{exercise.name}.{check.name}"] = _cell(check)
    return cells


def _facts(row: Row, report: Report, late: LateLine | None) -> list[str]:
    graded = not report.faults
    return [
        safe_cell(row.name),
        safe_cell(row.student),
        "late" if late else "",
        _status(report),
        number(report.score) if graded else "",  # where the grader failed there is no mark
        number(report.max_score),
        number(report.bonus) if graded else "",
        late.words if late else "",
        number(float(late.deduction)) if late and graded else "",
        number(float(late.final) if late and late.final is not None else report.score + report.bonus) if graded else "",
        str(report.seed),
        report.sandbox,
    ]


def _status(report: Report) -> str:
    if report.faults:
        return "error"
    return "missing" if all(_absent(exercise) for exercise in report.exercises) else "graded"


def _absent(exercise: ExerciseReport) -> bool:
    return exercise.outcome == "missing"


def _cell(check: CheckReport) -> str:
    return number(check.score) if check.outcome in ("passed", "failed") else check.outcome


def number(value: float) -> str:
    """Write points without needless decimals."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def safe_cell(text: str) -> str:
    """Write a stranger's text so that no spreadsheet runs it and every sign of it can be seen."""
    shown = visible(text, 400, lines=False)
    return f"'{shown}" if shown.startswith(_RUNNABLE) else shown


@contextmanager
def _replacing(path: Path) -> Iterator[TextIO]:
    beside = path.with_name(f".{path.name}.new")
    with open(beside, "w", encoding="utf-8", newline="") as file:
        yield file
    os.replace(beside, path)
