"""Marks into Canvas' gradebook: the right rows, and every other byte as it was."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.bulk.exports import CANVAS, PASS, write
from tests.export.graded import export, keep

COLUMN = "Tokens, cost (5501)"
GRADEBOOK = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Warm-up (5500),\"Tokens, cost (5501)\",Current Score\r\n"
    ",,,,,Manual Posting,,\r\n"
    "    Points Possible,,,,,5.00,10.00,(read only)\r\n"
    '"Doe, Jane",101,s101,jdoe1,A,4.00,,80\r\n'
    '"Doe, Jane",102,s102,jdoe2,"A, ""B""",,3.50,\r\n'
    "\"O'Brien, Seán\",103,s103,sob,A,,,\r\n"
    "陳大文,104,s104,chan,A,,8.00,\r\n"
    '"Pérez, Ana",900,s900,ana,A,,9.00,\r\n'
    '"Student, Test",999,,,A,,,\r\n'
)  # fmt: skip


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A graded class that came from Canvas."""
    keep(tmp_path / "out", write(tmp_path / "in", CANVAS), {"doejane_101": 7.5, "doejane_102": 10.0})
    return tmp_path / "out"


def rows(content: bytes, delimiter: str = ",") -> dict[str, list[str]]:
    """The rows by ID, as the standard library reads them."""
    table = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter)
    return {row[1]: row for row in table if row}


def merged(out: Path, text: str, *more: str, encoding: str = "utf-8") -> tuple[int, str, bytes]:
    """Export into a gradebook; give status, words and the file after it."""
    path = out.parent / "gradebook.csv"
    path.write_bytes(text.encode(encoding))
    status, said = export(out, "--to", "canvas", "--into", str(path), *more)
    return status, said, path.read_bytes()


def test_marks_arrive_in_their_rows_and_nothing_else_changes(out: Path) -> None:
    """Namesakes get their own marks; every other cell stays, byte for byte."""
    _, said, after = merged(out, GRADEBOOK, "--column", COLUMN)
    before, now = rows(GRADEBOOK.encode()), rows(after)
    assert [now[i][6] for i in ("101", "102", "103", "104")] == ["7.50", "10.00", "8.00", "8.00"]
    for number, row in now.items():
        assert row[:6] + row[7:] == before[number][:6] + before[number][7:]
    expected = GRADEBOOK.replace("A,4.00,,80", "A,4.00,7.50,80").replace(",,3.50,", ",,10.00,")
    assert after == expected.replace("sob,A,,,", "sob,A,,8.00,").encode()
    assert "Doe, Jane had 3.50 and gets 10.00" in said
    assert "Not matched" in said and "Pérez, Ana" in said


def test_a_zero_for_what_could_not_be_read_is_no_secret(tmp_path: Path) -> None:
    """The mark is exported, and the summary names whose work could not be taken in, and why."""
    files = {"doejane_101_9001_exercise1.py": PASS, "obriensean_103_9003_work.zip": b"PK"}
    keep(tmp_path / "out", write(tmp_path / "in", files))
    status, said, after = merged(tmp_path / "out", GRADEBOOK, "--column", COLUMN)
    assert status == 0 and rows(after)["103"][6] == "0.00"
    assert "1 submission could not be taken in" in said
    assert "obriensean_103: The archive work.zip is refused" in said and "doejane_101:" not in said


def test_a_second_export_changes_nothing(out: Path) -> None:
    """The same marks make the same bytes."""
    _, _, once = merged(out, GRADEBOOK, "--column", "Tokens, cost")
    status, said, twice = merged(out, once.decode(), "--column", "Tokens, cost")
    assert once == twice and "Nothing to change" in said and status == 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_semicolons_commas_and_encodings_stay(out: Path, encoding: str) -> None:
    """A gradebook in a European form keeps it: mark of byte order, separator, decimal comma, line ends."""
    text = (
        "Student;ID;SIS Login ID;Section;Tokens (5501)\n    Points Possible;;;;10,00\n"
        '"Doe, Jane";101;jdoe;A;\n'
    )  # fmt: skip
    _, _, after = merged(out, text, encoding=encoding)
    assert after.decode(encoding) == text.replace("A;\n", "A;7,50\n")
    assert after[:3] == text.encode(encoding)[:3]


@pytest.mark.parametrize(
    ("change", "more", "said"),
    [
        (("", ""), (), "Say which assignment with --column"),
        (("", ""), ("--column", "Nothing"), "no assignment 'Nothing'"),
        (("    Points Possible", "Points Possible"), ("--column", COLUMN), "no row"),
        (("10.00,(read", "100.00,(read"), ("--column", COLUMN), "Add --scale"),
        (("Student,ID", "Name,ID"), ("--column", COLUMN), "no gradebook of Canvas"),
        (("Warm-up (5500)", "Tokens, cost (5500)".join('""')), ("--column", "Tokens, cost"), "Say which assignment"),
        (('"Doe, Jane",101', '"Doe, Jane,101'), ("--column", COLUMN), "CSV"),
    ],
)
def test_what_is_not_sure_is_refused_and_the_file_untouched(
    out: Path, change: tuple[str, str], more: tuple[str, ...], said: str
) -> None:
    """An unclear column, other points, another file: one line with the next step, status 2, nothing written."""
    text = GRADEBOOK.replace(*change) if change[0] else GRADEBOOK
    status, words, after = merged(out, text, *more)
    assert status == 2 and said in words and after == text.encode()


def test_points_are_converted_on_request(out: Path) -> None:
    """With --scale, 7.5 of 10 is 75 of 100."""
    text = GRADEBOOK.replace("10.00,(read", "100.00,(read")
    assert rows(merged(out, text, "--column", COLUMN, "--scale")[2])["101"][6] == "75.00"


def test_no_mark_is_made_of_a_fault(tmp_path: Path) -> None:
    """Where the grader failed the cell stays, the person is named, and the status is 3."""
    keep(tmp_path / "out", write(tmp_path / "in", CANVAS), {"doejane_102": -1})
    status, said, after = merged(tmp_path / "out", GRADEBOOK, "--column", COLUMN)
    assert status == 3 and rows(after)["102"][6] == "3.50" and "Left as it was: Doe, Jane" in said


def test_plain_folders_match_by_login_and_by_name_where_it_is_one(tmp_path: Path) -> None:
    """A folder is matched by an equal login or a name that only one person has; two of one name get nothing."""
    names = ("jdoe2", "Seán O'Brien", "Jane Doe", "nobody", "Ana_Pérez")
    keep(tmp_path / "out", write(tmp_path / "in", {f"{name}/exercise1.py": PASS for name in names}))
    status, said, after = merged(tmp_path / "out", GRADEBOOK, "--column", COLUMN)
    now = rows(after)
    assert (now["101"][6], now["102"][6], now["103"][6], now["900"][6]) == ("", "8.00", "8.00", "8.00")
    assert "Jane Doe (Jane_Doe) could be Doe, Jane (row 4), Doe, Jane (row 5)" in said
    assert "nobody (nobody) is not in the file" in said and status == 0


def test_two_submissions_for_one_row_are_refused(tmp_path: Path) -> None:
    """One person's two folders do not overwrite each other."""
    keep(tmp_path / "out", write(tmp_path / "in", {"sob/exercise1.py": PASS, "s103/exercise1.py": PASS}))
    _, said, after = merged(tmp_path / "out", GRADEBOOK, "--column", COLUMN)
    assert after == GRADEBOOK.encode() and "would get the marks of s103, sob" in said
