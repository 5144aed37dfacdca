"""Where the numbers of a label are looked for, and in which unit each of these stretches begins.

After the label on its line; below it where no number follows. How a stretch is read is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.checks import labels as known
from grader.checks.console import BETWEEN, Console, Span
from grader.checks.numerals import NumberReader, Reading
from grader.checks.units import CENTS, DOLLARS, Units

_COMMA_NEXT = re.compile(r"[^\W\d_]*[\"']?,[\"']?-?[$.]?[0-9]")
# `cents_cost`; `"unit": "cents", "cost"`; at the beginning of a line `(cents) cost` and `In cents, the cost`.
_CENTS_BEFORE = re.compile(
    r"(?:(?<![^\W\d_])cents?|¢)[ _-]*\Z"
    r"|(?:units?|currency)[\"']?[ ]?[:=][ ]?[\"']?cents?[\"']?[,;]?[ ]?[\"']?\Z"
    r"|(?:\A|[\n\r])[^\w\n\r]*(?:in cents?[,:]?|[(\[]cents?[)\]]:?) ?(?:(?:the|my|your|its|this) )?\Z"
)
_CELL_END = r"[|;\t\n\r]| {2}"
_COLUMNS = tuple(map(re.compile, (r"[^|\n\r]+", r"[^\t\n\r]+", r"[^;\n\r]+", r"[^,\n\r]+", r"\S+(?: \S+)*", r"\S+")))
_SAID = re.compile(r"[^\W_]")
_DIGIT = re.compile(r"[0-9]")
_LONG_STRETCH = 200
_MOST_ROWS, _FEWEST_CELLS = 12, 3  # of a table of several rows of values below one row of labels
_LONGEST_BEFORE = 24
# `cost: …` below a label is that label's line, and no row of values.
_OWN_LINE = re.compile(
    rf"[^\w\n\r]*(?:{'|'.join(BETWEEN.join(label.split()) for label in known.ALL)})[\"'*_`]*[ \t]*[:=]"
)


def labelled_readings(console: Console, label: str, *, money: bool, rows: int = 1) -> Iterator[Reading]:
    """Read the numbers after a label on each line that holds it, and below where none follows there.

    A table may have so many `rows` of values below its row of labels.
    """
    name = label if money else None
    for line, labels in console.lines_with(label):
        first = labels[0]
        follows = False
        if _DIGIT.search(console.folded, first.end, line.end):
            commas = _COMMA_NEXT.match(console.folded, first.end, line.end) is not None
            units = _units_before(console, first)
            stretch = _numbered(console, Span(first.end, line.end))
            for reading in NumberReader(console, stretch, money=name, units=units, commas=commas).readings():
                follows = follows or not reading.in_name
                yield reading
        commas = "," in console.folded[line.start : line.end]
        for below in () if follows else _rows_below(console, line, rows):
            for stretch, units in _below(console, line, labels, label, below) if money else [(below, DOLLARS)]:
                stretch = _numbered(console, stretch)
                row = NumberReader(console, stretch, money=name, units=units, commas=commas, row=True)
                yield from row.readings()


def _rows_below(console: Console, labels: Span, most: int) -> Iterator[Span]:
    """Find the row of values below a line of labels, and those below it that have as many cells."""
    first = row = console.line_below(labels)
    for _ in range(min(most, _MOST_ROWS)):
        if not row or not _DIGIT.search(console.folded, *row) or _OWN_LINE.match(console.folded, *row):
            return
        yield row
        row = console.line_below(row)
        if not (first and row and len(_in_columns(console.folded, first, row)[0]) >= _FEWEST_CELLS):
            return


def _numbered(console: Console, stretch: Span) -> Span:
    """Cut a long stretch after its last number and the unit that may follow it."""
    if stretch.end - stretch.start < _LONG_STRETCH:
        return stretch
    last = max(console.folded.rfind(digit, *stretch) for digit in "0123456789")
    return Span(stretch.start, min(stretch.end, max(stretch.start, last) + _LONG_STRETCH))


def _below(console: Console, line: Span, labels: list[Span], label: str, below: Span) -> Iterator[tuple[Span, Units]]:
    """Read a row of values by its columns where the labels above them give several units; else as a whole."""
    named = dict(zip(labels, _named_units(console, line, labels, label, below), strict=True))
    heads, values = _in_columns(console.folded, line, below) if len(set(named.values())) > 1 else ([], [])
    if not heads:
        yield below, tuple(dict.fromkeys(unit for units in named.values() for unit in units))
    for head, value in zip(heads, values, strict=True):
        yield value, next((units for span, units in named.items() if head.start <= span.start < head.end), DOLLARS)


def _in_columns(folded: str, line: Span, below: Span) -> tuple[list[Span], list[Span]]:
    """Find the cells of a row of labels and of a row below, or of two rows of values, where both have as many."""
    for parted in _COLUMNS:
        heads, values = (
            [Span(*found.span()) for found in parted.finditer(folded, *row) if _SAID.search(found.group())]
            for row in (line, below)
        )
        if len(heads) > 1 < len(values):  # what parts them both
            return (heads, values) if len(heads) == len(values) else ([], [])
    return [], []


def _named_units(console: Console, line: Span, labels: list[Span], label: str, below: Span) -> list[Units]:
    """Tell the units that each label of a row gives for the row of values below it."""
    units: list[Units] = []
    cell_end = _cell_end(console.folded[line.start : line.end], console.folded[below.start : below.end])
    for span, following in zip(labels, [*labels[1:], Span(line.end, line.end)], strict=True):
        end = min(following.start, line.end)
        cell = cell_end.search(console.folded, span.end, end)
        reader = NumberReader(
            console,
            Span(span.end, cell.start() if cell else end),
            money=label,
            units=_units_before(console, span),
        )
        for _ in reader.readings():
            pass  # only the units are of interest
        units.append(reader.units)
    return units


def _cell_end(labels: str, values: str) -> re.Pattern[str]:
    """Tell what ends a cell in a row of labels: commas or single spaces where they part the values below as well."""
    if "," in labels and labels.count(",") == values.count(","):
        return re.compile(_CELL_END + "|,")
    if 1 < len(labels.split()) == len(values.split()) and all(map(_DIGIT.search, values.split())):
        return re.compile(_CELL_END + "| ")
    return re.compile(_CELL_END)


def _units_before(console: Console, label: Span) -> Units:
    """Tell the unit that a label begins with: `cents_cost`."""
    first = max(0, label.start - _LONGEST_BEFORE)
    return CENTS if _CENTS_BEFORE.search(console.folded, first, label.start) else DOLLARS
