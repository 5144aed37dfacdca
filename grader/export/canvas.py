"""Canvas: marks into the instructor's own export of the gradebook. One column changes, nothing else."""

from __future__ import annotations

from grader.export.exported import Exported, Wish
from grader.export.marks import ExportError, Mark
from grader.export.matching import Entry, match
from grader.export.scale import Measure, read_number
from grader.export.sheet import Sheet

_OWN = ("Student", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Root Account", "Section")
_POSSIBLE = "    Points Possible"


def canvas(marks: list[Mark], wish: Wish) -> Exported:
    """Write the final points into the assignment's column; raise ExportError where that is not one column for sure."""
    if wish.into is None:
        raise ExportError("Canvas takes marks in its own file: export the gradebook there and name it with --into.")
    sheet = Sheet(wish.into, "The gradebook")
    header = [name.strip() for name in sheet.header]
    if header[:1] != ["Student"] or "ID" not in header:
        raise ExportError(
            f"This is no gradebook of Canvas: its first columns are {', '.join(header[:3])}, not Student, ID."
        )
    column = _column(header, wish.column)
    first = next((at for at in range(1, len(sheet.rows)) if sheet.value(at, 0) == _POSSIBLE), None)
    if first is None:
        raise ExportError("The gradebook has no row “    Points Possible”: export it from Canvas again, unedited.")
    possible = sheet.value(first, column)
    if possible.strip().startswith("(read only)"):
        raise ExportError(f"{header[column]} is read only in Canvas: its marks are computed there.")
    measure = Measure(read_number(possible), "," in possible)
    keys = [header.index(name) for name in ("SIS User ID", "SIS Login ID", "Integration ID") if name in header]
    entries = [
        Entry(
            at, sheet.value(at, header.index("ID")).strip(), sheet.value(at, 0), tuple(sheet.value(at, k) for k in keys)
        )
        for at in range(first + 1, len(sheet.rows))
        if sheet.value(at, header.index("ID")).strip()
    ]
    matched = match(marks, entries, "canvas")
    changes: dict[tuple[int, int], str] = {}
    said = [f"Column: {header[column]}.", *matched.said()]
    for row, mark in matched.rows.items():
        if mark.final is None:
            said.append(f"Left as it was: {sheet.value(row, 0)}, at whose submission the grader failed.")
            continue
        value = measure.written(mark, mark.final, wish.scale)
        before = sheet.value(row, column)
        if read_number(before) == read_number(value):
            continue
        if before.strip():
            said.append(f"Changed: {sheet.value(row, 0)} had {before} and gets {value}.")
        changes[row, column] = value
    return Exported({"canvas.csv": sheet.edited(changes)}, tuple(said))


def _column(header: list[str], wanted: str | None) -> int:
    """Find the assignment's column: the one named, by its title with or without Canvas' number, or the only one."""
    columns = {at: name for at, name in enumerate(header) if name not in _OWN and name.endswith(")") and " (" in name}
    found = [
        at
        for at, name in columns.items()
        if wanted is None or wanted.strip() in (name, name.rsplit(" (", 1)[0].strip())
    ]
    if len(found) == 1:
        return found[0]
    known = "; ".join(columns.values()) or "none: make the assignment in Canvas first, then export the gradebook again"
    if wanted is None or len(found) > 1:
        raise ExportError(f"Say which assignment with --column, whole as in the file. There are: {known}.")
    raise ExportError(f"The gradebook has no assignment {wanted!r}. There are: {known}.")
