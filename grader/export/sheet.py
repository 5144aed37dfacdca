"""A CSV file of somebody else's, in which single cells are changed and every other byte stays as it is.

Theory: the text is cut into cells that know where they stand; a change replaces that stretch alone. Encoding, byte
order mark, separator, quotes and line ends are therefore whatever they were.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass

from grader.export.marks import ExportError

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_RUNNABLE = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")  # a spreadsheet may run a cell that begins so


@dataclass(frozen=True)
class Cell:
    """A value, and where it stands in the text, quotes included."""

    value: str
    start: int
    end: int


class Sheet:
    """A parsed file: `rows` of cells, blank lines left out; the first row is the header."""

    def __init__(self, content: bytes, what: str = "The file") -> None:
        self._mark, encoding = next(((m, e) for m, e in _MARKS if content.startswith(m)), (b"", "utf-8"))
        self._encoding = encoding
        try:
            self._text = content[len(self._mark) :].decode(encoding)
        except UnicodeDecodeError:
            raise ExportError(f"{what} is not UTF-8 text: save it as “CSV UTF-8”, or download it again.") from None
        if "\0" in self._text:
            raise ExportError(f"{what} is no CSV file: it holds NUL characters.")
        head = self._text.split("\n", 1)[0]
        self.delimiter = max(",;\t", key=lambda sign: _outside_quotes(head, sign))
        self.rows = [row for row in _cut(self._text, self.delimiter, what) if any(cell.value.strip() for cell in row)]
        if not self.rows:
            raise ExportError(f"{what} is empty.")

    @property
    def header(self) -> list[str]:
        """The header's values."""
        return [cell.value for cell in self.rows[0]]

    def value(self, row: int, column: int) -> str:
        """Give a cell's value, '' where the row is shorter."""
        cells = self.rows[row]
        return cells[column].value if column < len(cells) else ""

    def edited(self, changes: Mapping[tuple[int, int], str]) -> bytes:
        """Give the file with other values in some cells (row and column from 0); raise ExportError for none such."""
        text, at = [], 0
        for (row, column), value in sorted(changes.items()):
            if column >= len(self.rows[row]):
                raise ExportError(f"Row {row + 1} has {len(self.rows[row])} cells and no column {column + 1}.")
            cell = self.rows[row][column]
            if cell.value == value:
                continue
            quoted = self._text[cell.start : cell.end].lstrip().startswith('"') or set(value) & {
                *'"\r\n',
                self.delimiter,
            }
            doubled = value.replace('"', '""')
            text += [self._text[at : cell.start], f'"{doubled}"' if quoted else value]
            at = cell.end
        return self._mark + ("".join(text) + self._text[at:]).encode(self._encoding)


def safe_cell(text: str) -> str:
    """Write a stranger's text so that no spreadsheet runs it."""
    return f"'{text}" if text.startswith(_RUNNABLE) else text


def _outside_quotes(line: str, sign: str) -> int:
    return sum(part.count(sign) for part in line.split('"')[::2])


def _cut(text: str, delimiter: str, what: str) -> list[list[Cell]]:
    rows: list[list[Cell]] = [[]]
    at, end = 0, len(text)
    while at <= end:
        start = at
        if at < end and text[at] == '"':
            parts, at = [], at + 1
            while True:
                close = text.find('"', at)
                if close < 0:
                    raise ExportError(f"{what} is no whole CSV file: a quote in row {len(rows)} is never closed.")
                parts.append(text[at:close])
                at = close + 1
                if text[at : at + 1] != '"':
                    break
                at += 1
            value = '"'.join(parts)
            rest = at
            at = _next(text, at, delimiter)
            if text[rest:at].strip():
                raise ExportError(f"{what} is no whole CSV file: there is text after a quote in row {len(rows)}.")
        else:
            at = _next(text, at, delimiter)
            value = text[start:at]
        rows[-1].append(Cell(value, start, at))
        if at >= end:
            break
        if text[at] != delimiter:
            at += text.startswith("\r\n", at)
            rows.append([])
        at += 1
    return rows


def _next(text: str, at: int, delimiter: str) -> int:
    """Find the end of an unquoted stretch."""
    while at < len(text) and text[at] not in (delimiter, "\r", "\n"):
        at += 1
    return at
