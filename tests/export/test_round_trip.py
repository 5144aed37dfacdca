"""From a platform's export to the platform's own file, with real grading in between."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bulk.exports import pack
from tests.bulk.handed_in import RIGHT, STARTER, bulk, results
from tests.export.graded import export

GRADEBOOK = (
    "Student,ID,SIS Login ID,Section,Tokens (5)\n    Points Possible,,,,{most}\n"
    "\"O'Brien, Seán\",11,sob,A,\n陳大文,12,chan,A,\n"
)  # fmt: skip
WORKSHEET = (
    "Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,Feedback comments\n"
    "Participant 11,Seán O'Brien,s@example.org,x,,{most},Yes,\nParticipant 12,陳大文,c@example.org,x,,{most},Yes,\n"
)
METADATA = """\
submission_11:
  :submitters: [{':name': "O'Brien, Seán", ':sid': '11'}]
  :created_at: 2026-11-20 21:30:00 Z
submission_12:
  :submitters: [{':name': 陳大文, ':sid': '12'}]
"""


def canvas(out: Path, most: str) -> dict[str, str]:
    """Export into a gradebook, and read the marks by ID."""
    path = out / "gradebook.csv"
    path.write_text(GRADEBOOK.format(most=most), encoding="utf-8")
    export(out, "--to", "canvas", "--into", str(path))
    return {row["ID"]: row["Tokens (5)"] for row in csv.DictReader(io.StringIO(path.read_text("utf-8"))) if row["ID"]}


def moodle(out: Path, most: str) -> dict[str, str]:
    """Export into a worksheet, and read the marks by number."""
    path = out / "worksheet.csv"
    path.write_text(WORKSHEET.format(most=most), encoding="utf-8")
    export(out, "--to", "moodle", "--into", str(path))
    return {row["Identifier"][-2:]: row["Grade"] for row in csv.DictReader(io.StringIO(path.read_text("utf-8")))}


def gradescope(out: Path, most: str) -> dict[str, str]:
    """Export results, and read the scores by submission."""
    export(out, "--to", "gradescope")
    folder = out / "export" / "gradescope"
    found = {path.stem.rpartition("_")[2][:2]: json.loads(path.read_text("utf-8")) for path in folder.iterdir()}
    return {number: f"{result['score']:.2f}" for number, result in found.items()}


def table(out: Path, most: str) -> dict[str, str]:
    """Export a table, and read the marks by the platform's id."""
    export(out, "--to", "csv")
    text = (out / "export" / "marks.csv").read_text("utf-8")
    return {row["id"][-2:]: f"{float(row['final']):.2f}" for row in csv.DictReader(io.StringIO(text))}


@pytest.mark.parametrize(
    ("right", "wrong", "more", "read_back"),
    [
        ("obriensean_LATE_11_91_exercise1-1.py", "陳大文_12_92_exercise1.py", {}, canvas),
        (
            "Seán O'Brien_11_assignsubmission_file/exercise1.py",
            "陳大文_12_assignsubmission_file/hw/exercise1.py",
            {},
            moodle,
        ),
        ("submission_11/exercise1.py", "submission_12/exercise1.py", {"submission_metadata.yml": METADATA}, gradescope),
        ("hw-submissions/hw-sean11/exercise1.py", "hw-submissions/hw-chan12/exercise1.py", {}, table),
    ],
    ids=["canvas", "moodle", "gradescope", "github"],
)
def test_a_class_goes_in_and_its_marks_come_back(
    right: str, wrong: str, more: dict[str, str], read_back: Callable[[Path, str], dict[str, str]], tmp_path: Path
) -> None:
    """A platform's zip is graded and the marks arrive at the right people: all points, and none."""
    files = {right: RIGHT, wrong: STARTER, **more}
    class_zip = pack(tmp_path / "hw-submissions.zip", {name: text.encode() for name, text in files.items()})
    done = bulk(class_zip, tmp_path / "out")
    assert done.returncode == 0, done.stdout + done.stderr
    most = results(tmp_path / "out")[0]["max_score"]
    assert read_back(tmp_path / "out", f"{most:.2f}") == {"11": f"{most:.2f}", "12": "0.00"}
