"""A stranger's CSV file, cell by cell."""

from __future__ import annotations

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.export.sheet import Sheet

TEXT = st.text(alphabet=st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=12)
TABLE = st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(TEXT, min_size=width, max_size=width), min_size=1))


def written(table: list[list[str]], end: str, quoting: int) -> str:
    """Write a table with the standard library."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=end, quoting=quoting).writerows(table)  # type: ignore[arg-type]
    return out.getvalue()


def kept(table: list[list[str]]) -> list[list[str]]:
    """The rows that are not blank."""
    return [row for row in table if any(cell.strip() for cell in row)]


@settings(max_examples=100, deadline=None)
@given(TABLE, st.sampled_from(["\n", "\r\n"]), st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
def test_cells_are_what_the_standard_library_wrote(table: list[list[str]], end: str, quoting: int) -> None:
    """Any table reads back, and without a change the bytes are the same."""
    table = [["a,b", *["x"] * (len(table[0]) - 1)], *table]
    if quoting == csv.QUOTE_MINIMAL:  # some versions leave a bare carriage return unquoted: no reader can know it again
        table = [[cell.replace("\r", "") for cell in row] for row in table]
    content = written(table, end, quoting).encode()
    sheet = Sheet(content)
    if sheet.delimiter == ",":
        assert [[cell.value for cell in row] for row in sheet.rows] == kept(table)
    assert sheet.edited({}) == content


@settings(max_examples=100, deadline=None)
@given(TABLE, TEXT, st.data())
def test_one_change_changes_one_cell(table: list[list[str]], value: str, data: st.DataObject) -> None:
    """After a change the standard library reads that value there, and everything else as before."""
    table = [
        ["head", *(f"h{n}" for n in range(1, len(table[0]) + 1))],
        *([f"r{n}", *row] for n, row in enumerate(table)),
    ]
    sheet = Sheet(written(table, "\r\n", csv.QUOTE_MINIMAL).encode())
    row, column = data.draw(st.integers(1, len(table) - 1)), data.draw(st.integers(1, len(table[0]) - 1))
    after = list(csv.reader(io.StringIO(sheet.edited({(row, column): value}).decode(), newline="")))
    table[row][column] = value
    assert after == table
