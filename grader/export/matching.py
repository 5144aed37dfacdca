"""Which row of a gradebook is whose. Equal and alone, or nobody: two candidates are named and neither is taken.

Theory: a mark that came from the platform itself is found by the platform's number alone. Any other is found by an
equal login, number or address, and only where there is none, by an equal name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.export.marks import Mark
from grader.identity import Person


@dataclass(frozen=True)
class Entry:
    """A row of the gradebook: `id` is the platform's number, `keys` whatever else tells a person from all others."""

    row: int
    id: str
    name: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Matched:
    """`rows`: row to mark; `unmatched`: sentences about marks; `without`: names in the gradebook that have no mark."""

    rows: Mapping[int, Mark]
    unmatched: tuple[str, ...]
    without: tuple[str, ...]

    def said(self) -> tuple[str, ...]:
        """Tell who was found and who was not."""
        lines = [f"Matched {len(self.rows)} people."]
        lines += [f"Not matched: {text}" for text in self.unmatched]
        if self.without:
            some = ", ".join(self.without[:8]) + (" …" if len(self.without) > 8 else "")
            lines.append(f"In the file, but nothing handed in ({len(self.without)}): {some}.")
        return tuple(lines)


def match(marks: Iterable[Mark], entries: Sequence[Entry], platform: str) -> Matched:
    """Find each person's row."""
    found: dict[int, list[Mark]] = {}
    unmatched: list[str] = []
    by_row = {entry.row: entry for entry in entries}
    for mark in marks:
        for person in mark.people:
            rows = _candidates(mark, person, entries, platform)
            called = person.name or person.id or mark.student
            if len(rows) == 1:
                found.setdefault(rows[0].row, []).append(mark)
            elif rows:
                among = ", ".join(f"{entry.name} (row {entry.row + 1})" for entry in rows[:4])
                unmatched.append(f"{called} ({mark.name}) could be {among}.")
            else:
                unmatched.append(f"{called} ({mark.name}) is not in the file.")
    for row in [row for row, claims in found.items() if len(claims) > 1]:
        both = ", ".join(mark.name for mark in found.pop(row))
        unmatched.append(f"{by_row[row].name} (row {row + 1}) would get the marks of {both}.")
    claimed = {entry.row for entry in entries if any(entry.name in text for text in unmatched)}
    without = tuple(entry.name for entry in entries if entry.row not in found and entry.row not in claimed)
    return Matched({row: claims[0] for row, claims in sorted(found.items())}, tuple(unmatched), without)


def _candidates(mark: Mark, person: Person, entries: Sequence[Entry], platform: str) -> list[Entry]:
    if mark.identity.platform == platform:
        return [entry for entry in entries if entry.id == person.id]
    wanted = {
        _plain(text) for text in (person.id, person.email, person.name if not mark.identity.platform else "") if text
    }
    found = [entry for entry in entries if wanted & {_plain(key) for key in (entry.id, *entry.keys) if key}]
    return found or [entry for entry in entries if person.name and same_name(entry.name) == same_name(person.name)]


def same_name(name: str) -> str:
    """Give what two spellings of one full name share: `Doe, Jane` and `jane_doe`."""
    last, comma, first = name.partition(",")
    turned = f"{first} {last}" if comma else name
    return re.sub(r"[\s_]+", " ", _plain(turned)).strip()


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).strip()
