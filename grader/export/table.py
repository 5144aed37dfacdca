"""CSV and JSON lines: everything that is known of each mark, for whatever the instructor's own tools are."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict

from grader import report as report_file
from grader.export.exported import Exported, Wish
from grader.export.marks import Mark, decimal, number
from grader.export.sheet import safe_cell
from grader.export.words import shown

_FACTS = (
    "submission", "student", "platform", "id", "email", "status", "points", "max_points", "submitted_at", "late",
    "deduction", "final",
)  # fmt: skip


def table(marks: list[Mark], wish: Wish) -> Exported:
    """Write a row a person, a column an exercise; cells that a spreadsheet would run are made harmless."""
    exercises = list(dict.fromkeys(e.name for mark in marks for e in mark.report.exercises))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*_FACTS, *exercises])
    for mark in marks:
        scores = {
            e.name: number(decimal(e.score) + decimal(e.bonus)) for e in mark.report.exercises if e.outcome != "error"
        }
        at = mark.identity.submitted_at
        for person in mark.people:
            facts = [
                safe_cell(mark.name), safe_cell(shown(person.name or mark.student)), mark.identity.platform,
                safe_cell(shown(person.id)), safe_cell(shown(person.email)), mark.status,
                "" if mark.points is None else number(mark.points), number(decimal(mark.report.max_score)),
                at.isoformat() if at else "", mark.late.words if mark.late else "",
                number(mark.late.deduction) if mark.late else "", "" if mark.final is None else number(mark.final),
            ]  # fmt: skip
            writer.writerow([*facts, *(scores.get(name, "") for name in exercises)])
    return Exported({"marks.csv": text.getvalue().encode("utf-8", "backslashreplace")})


def lines(marks: list[Mark], wish: Wish) -> Exported:
    """Write an object a submission, with its whole report."""
    written = []
    for mark in marks:
        at = mark.identity.submitted_at
        value = {
            "submission": mark.name,
            "student": mark.student,
            "platform": mark.identity.platform,
            "people": [asdict(person) for person in mark.people],
            "files": dict(mark.files),
            "status": mark.status,
            "points": None if mark.points is None else float(mark.points),
            "submitted_at": at.isoformat() if at else None,
            "late": None if mark.late is None else {"words": mark.late.words, "deduction": float(mark.late.deduction)},
            "final": None if mark.final is None else float(mark.final),
            "report": json.loads(report_file.dump(mark.report)),
        }
        written.append(json.dumps(value) + "\n")
    return Exported({"marks.jsonl": "".join(written).encode()})
