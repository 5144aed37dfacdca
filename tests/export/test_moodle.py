"""Marks into Moodle's worksheet in three languages, and pages back to the participants."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest

from tests.bulk.exports import MOODLE, PASS, write
from tests.export.graded import export, keep

PEOPLE = (
    ("2001", "Jürgen Müller"),
    ("2002", "Jane Doe"),
    ("2003", "Jane Doe"),
    ("2005", "田中 花子"),
    ("2009", "X, 'Y'"),
)


def worksheet(header: str, word: str, status: str, yes: str, grade: str, maximum: str, end: str = "\n") -> str:
    """A worksheet as Moodle writes it, in the words of a site's language."""
    lines = [header]
    for number, name in PEOPLE:
        mail = f"{number}@example.org"
        lines.append(
            f'"{word}{number}","{name}",{mail},"{status}",{grade if number == "2003" else ""},"{maximum}",{yes},'
            f'"Friday, 20 November 2026, 9:00",-,""'
        )
    return end.join(lines) + end


ENGLISH = worksheet(
    'Identifier,"Full name","Email address",Status,Grade,"Maximum grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"',
    "Participant ", "Submitted for grading", "Yes", "3.00", "10.00",
)  # fmt: skip
GERMAN = "\ufeff" + worksheet(
    'ID,"Vollständiger Name",E-Mail-Adresse,Status,Bewertung,Bestwertung,"Bewertung kann geändert werden",'
    '"Zuletzt geändert (Abgabe)","Zuletzt geändert (Bewertung)","Feedback als Kommentar"',
    "Teilnehmer/in", "Zur Bewertung abgegeben", "Ja", '"3,00"', "10,00", "\r\n",
)  # fmt: skip
JAPANESE = worksheet(
    'ID,"フルネーム",メールアドレス,ステータス,評点,最大評点,評点の変更可否,"最終更新日時 (提出)",'
    '"最終更新日時 (評点)",フィードバックコメント',
    "参加者", "評定のために提出済み", "Yes", "3.00", "10.00",
)  # fmt: skip


def rows(content: bytes) -> dict[str, list[str]]:
    """The rows by name and address, as the standard library reads them."""
    return {row[2]: row for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))}


def graded(tmp_path: Path) -> Path:
    """A graded class that came from Moodle."""
    points = {"Jürgen_Müller_2001": 7.5, "Jane_Doe_2002": 10.0, "Jane_Doe_2003": 6.0}
    keep(tmp_path / "out", write(tmp_path / "in", MOODLE), points)
    return tmp_path / "out"


@pytest.mark.parametrize(("text", "comma"), [(ENGLISH, False), (GERMAN, True), (JAPANESE, False)])
def test_two_columns_change_and_no_other_byte(text: str, comma: bool, tmp_path: Path) -> None:
    """In every language the grades and comments arrive; cut those two cells out, and the file is as it was."""
    out, path = graded(tmp_path), tmp_path / "worksheet.csv"
    path.write_bytes(text.encode())
    status, said = export(out, "--to", "moodle", "--into", str(path))
    before, now = rows(text.encode()), rows(path.read_bytes())
    grades = {mail[:4]: row[4] for mail, row in now.items()}
    assert [grades[n].replace(",", ".") for n in ("2001", "2002", "2003", "2005")] == ["7.50", "10.00", "6.00", "8.00"]
    assert ("," in grades["2001"]) is comma and grades["2009"] == "" and status == 0
    for mail, row in now.items():
        assert [*row[:4], *row[5:9]] == [*before[mail][:4], *before[mail][5:9]]
    undone = path.read_bytes().decode()
    for mail, row in now.items():
        comment = row[9].replace('"', '""')
        if mail[:4] in ("2001", "2002", "2003", "2005"):
            undone = undone.replace(comment, "")
            assert "exercise1 (What did that call cost?)" in row[9]
    for number, was in (("2001", ""), ("2002", ""), ("2003", before["2003@example.org"][4]), ("2005", "")):
        line = next(line for line in undone.split("\n") if f"{number}@" in line)
        cell = f'"{grades[number]}"' if comma else grades[number]
        old = f'"{was}"' if comma and was else was
        undone = undone.replace(line, line.replace(f",{cell},", f",{old},", 1))
    assert undone == text
    assert "2003" in said or "Jane Doe had 3" in said


@pytest.mark.parametrize("text", [ENGLISH, GERMAN, JAPANESE])
def test_a_second_export_changes_nothing(text: str, tmp_path: Path) -> None:
    """The same marks make the same bytes."""
    out, path = graded(tmp_path), tmp_path / "worksheet.csv"
    path.write_bytes(text.encode())
    export(out, "--to", "moodle", "--into", str(path))
    once = path.read_bytes()
    assert "Nothing to change" in export(out, "--to", "moodle", "--into", str(path))[1]
    assert path.read_bytes() == once


def test_a_students_text_stays_text_in_comments(tmp_path: Path) -> None:
    """What a program printed cannot become markup on the platform, nor a formula."""
    out, path = graded(tmp_path), tmp_path / "worksheet.csv"
    path.write_bytes(ENGLISH.encode())
    export(out, "--to", "moodle", "--into", str(path))
    comment = rows(path.read_bytes())["2001@example.org"][9]
    assert "<script" not in comment and "&lt;script&gt;" in comment and comment.startswith("<p>")
    assert "\x00" not in comment and "\x1b" not in comment


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("Participant ", ""), "participants' numbers"),
        (('"10.00"', "A"), "name it with --column"),
        (('"10.00"', "100.00"), "Add --scale"),
        ((',""\n', "\n"), "Feedback comments"),
    ],
)
def test_what_is_not_sure_is_refused_and_the_file_untouched(change: tuple[str, str], said: str, tmp_path: Path) -> None:
    """An unclear worksheet is one line with the next step."""
    out, path = graded(tmp_path), tmp_path / "worksheet.csv"
    text = ENGLISH.replace(*change)
    if said == "Feedback comments":
        text = text.replace(',"Feedback comments"', "").replace(',"Friday, 20 November 2026, 9:00",-', "").replace(
            ',"Grade can be changed","Last modified (submission)","Last modified (grade)"', ""
        ).replace(",Yes", "")  # fmt: skip
    path.write_bytes(text.encode())
    status, words = export(out, "--to", "moodle", "--into", str(path))
    assert status == 2 and said in words and path.read_bytes() == text.encode()


def test_pages_go_back_by_participant(tmp_path: Path) -> None:
    """The zip has a folder a participant, namesakes apart, and is the same every time."""
    out = graded(tmp_path)
    export(out, "--to", "moodle-feedback")
    path = out / "export" / "moodle-feedback.zip"
    first = path.read_bytes()
    with zipfile.ZipFile(path) as file:
        names = file.namelist()
        assert "Jane Doe_2002_assignfeedback_file/feedback.html" in names
        assert file.read("Jane Doe_2003_assignfeedback_file/feedback.html") == b"<p>page of Jane_Doe_2003</p>"
    assert "田中 花子_2005_assignfeedback_file/feedback.html" in names
    path.unlink()
    export(out, "--to", "moodle-feedback")
    assert path.read_bytes() == first


def test_pages_of_strangers_are_not_sent(tmp_path: Path) -> None:
    """A class that did not come from Moodle has no numbers there."""
    keep(tmp_path / "out", write(tmp_path / "in", {"ann/exercise1.py": PASS}))
    status, said = export(tmp_path / "out", "--to", "moodle-feedback")
    assert status == 2 and "did not come from Moodle" in said
