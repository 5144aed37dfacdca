"""Moodle: the grading worksheet (two columns of the instructor's file change), and a zip of feedback pages.

Theory: the worksheet's headers are in the site's language, so columns are found by their form. The identifier is a
word and the participant's number, the same word in every row; the grade stands before the column that holds one and
the same maximum in every row; the comments are the last column. Where a form fits twice, the user names the column.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

from grader.export.exported import Exported, Wish
from grader.export.marks import ExportError, Mark
from grader.export.matching import Entry, match
from grader.export.scale import Measure, read_number
from grader.export.sheet import Sheet
from grader.export.words import feedback_html

_PARTICIPANT = re.compile(r"(?P<word>\D*?)\s*(?P<number>\d+)\Z")
_ALWAYS = (1980, 1, 1, 0, 0, 0)  # a date that is no news: the same marks make the same file
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


@dataclass(frozen=True)
class _Columns:
    identifier: int
    grade: int
    comments: int
    measure: Measure


def moodle(marks: list[Mark], wish: Wish) -> Exported:
    """Write grades and comments into the worksheet; raise ExportError where the columns are not sure."""
    if wish.into is None:
        raise ExportError(
            "Moodle takes marks in its own file: download the assignment's grading worksheet and name it with --into."
        )
    sheet = Sheet(wish.into, "The worksheet")
    columns = _columns(sheet, wish)
    entries = []
    for at in range(1, len(sheet.rows)):
        found = _PARTICIPANT.match(sheet.value(at, columns.identifier).strip())
        if found is None:
            raise ExportError(f"Row {at + 1} of the worksheet names no participant: download it again.")
        texts = [cell.value for cell in sheet.rows[at][columns.identifier + 1 : columns.grade]]
        entries.append(Entry(at, found["number"], texts[0] if texts else "", tuple(texts[1:])))
    matched = match(marks, entries, "moodle")
    changes: dict[tuple[int, int], str] = {}
    said = [
        f"Grades: column {columns.grade + 1}, {sheet.header[columns.grade]}. "
        f"Comments: column {columns.comments + 1}, {sheet.header[columns.comments]}.",
        *matched.said(),
    ]
    for row, mark in matched.rows.items():
        if mark.final is None:
            said.append(f"Left as it was: {entries[row - 1].name}, at whose submission the grader failed.")
            continue
        value = columns.measure.written(mark, mark.final, wish.scale)
        before = sheet.value(row, columns.grade)
        if read_number(before) != read_number(value):
            if before.strip() not in ("", "-"):
                said.append(f"Changed: {entries[row - 1].name} had {before} and gets {value}.")
            changes[row, columns.grade] = value
        changes[row, columns.comments] = feedback_html(mark)
    return Exported({"moodle.csv": sheet.edited(changes)}, tuple(said))


def moodle_feedback(marks: list[Mark], wish: Wish) -> Exported:
    """Zip each participant's page as Moodle's “Upload multiple feedback files in a zip” wants it."""
    content = io.BytesIO()
    left: list[str] = []
    count = 0
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as zipped:
        for mark in marks:
            page = None if wish.pages is None else wish.pages / f"{mark.name}.html"
            if mark.identity.platform != "moodle":
                left.append(
                    f"Left out: {mark.student} ({mark.name}), which did not come from Moodle and has no number there."
                )
            elif page is None or not page.is_file():
                left.append(f"Left out: {mark.student} ({mark.name}), whose page is not there.")
            else:
                for person in mark.people:
                    folder = f"{_UNSAFE.sub('_', person.name)}_{person.id}_assignfeedback_file"
                    info = zipfile.ZipInfo(f"{folder}/feedback.html", _ALWAYS)
                    info.compress_type = zipfile.ZIP_DEFLATED
                    zipped.writestr(info, page.read_bytes())
                    count += 1
    if not count:
        raise ExportError("There is no page to give back: " + (left[0] if left else "nobody was graded."))
    return Exported({"moodle-feedback.zip": content.getvalue()}, (f"{count} pages.", *left))


def _columns(sheet: Sheet, wish: Wish) -> _Columns:
    header = sheet.header
    width = len(header)
    body = [[sheet.value(at, column).strip() for column in range(width)] for at in range(1, len(sheet.rows))]
    if not body:
        raise ExportError("The worksheet has no participants in it.")
    identifier = next((c for c in range(width) if _is_identifier([row[c] for row in body])), None)
    if identifier is None:
        raise ExportError(
            "The worksheet has no column of participants' numbers: download it from Moodle again, unedited."
        )
    maxima = [
        c for c in range(identifier + 2, width) if _is_maximum([row[c] for row in body], [row[c - 1] for row in body])
    ]
    if wish.column is not None:
        grade = _named(header, wish.column)
        maxima = [c for c in maxima if c == grade + 1]
    elif len(maxima) == 1:
        grade = maxima[0] - 1
    else:
        raise ExportError(
            f"Nothing says for sure which column holds the grades ({', '.join(header)}): name it with --column."
        )
    if wish.feedback_column is not None:
        comments = _named(header, wish.feedback_column)
    elif width - 1 > grade + 1:
        comments = width - 1
        if any(read_number(row[comments]) is not None for row in body):
            raise ExportError(
                f"The last column ({header[comments]}) holds numbers, not comments: switch “Feedback comments” on in "
                "the assignment and download the worksheet again, or name the column with --feedback-column."
            )
    else:
        raise ExportError("The worksheet has no column for comments: switch “Feedback comments” on in the assignment.")
    maximum = body[0][maxima[0]] if maxima else ""
    return _Columns(identifier, grade, comments, Measure(read_number(maximum), "," in maximum))


def _is_identifier(values: list[str]) -> bool:
    found = [_PARTICIPANT.match(value) for value in values]
    words = {match["word"] for match in found if match}
    return all(found) and len(words) == 1 and words != {""} and len(set(values)) == len(values)


def _is_maximum(values: list[str], before: list[str]) -> bool:
    """Say whether a column holds one maximum throughout, and the one before it grades up to that."""
    maximum = read_number(values[0])
    if maximum is None or maximum <= 0 or len(set(values)) > 1:
        return False
    grades = [read_number(value) for value in before if value not in ("", "-")]
    return all(grade is not None and grade >= 0 for grade in grades)


def _named(header: list[str], wanted: str) -> int:
    found = [at for at, name in enumerate(header) if name.strip() == wanted.strip()]
    if len(found) != 1:
        raise ExportError(f"The worksheet has {len(found)} columns {wanted!r}. There are: {', '.join(header)}.")
    return found[0]
