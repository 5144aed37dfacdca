"""Who handed a submission in, as the learning platform names them, and when. Values only; nothing is looked up.

Theory: the store keeps one flat mapping of texts for each submission: exercise to file. What the platform knows goes
into the same mapping under keys that begin with `@`, so a mark can find its way back without the files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

_MARK = "@"


@dataclass(frozen=True)
class Person:
    """One student: `id` is the platform's own (Canvas user, Moodle participant, Gradescope SID, GitHub name)."""

    name: str
    id: str = ""
    email: str = ""


@dataclass(frozen=True)
class Identity:
    """One submission on its platform; several people are a group, and each of them gets its mark."""

    platform: str
    people: tuple[Person, ...]
    submission: str = ""
    submitted_at: datetime | None = None
    due_at: datetime | None = None

    def to_mapping(self) -> dict[str, str]:
        """Write it down as texts."""
        people = [{k: v for k, v in vars(person).items() if v} for person in self.people]
        found = {
            "platform": self.platform,
            "people": json.dumps(people, ensure_ascii=False),
            "submission": self.submission,
            "submitted_at": self.submitted_at.isoformat() if self.submitted_at else "",
            "due_at": self.due_at.isoformat() if self.due_at else "",
        }
        return {_MARK + name: text for name, text in found.items() if text}


def identity_of(mapping: Mapping[str, str], student: str) -> Identity:
    """Read it back; a submission without one is that of a person of that name."""
    if "@platform" not in mapping:
        return Identity("", (Person(student),))
    return Identity(
        mapping["@platform"],
        tuple(Person(p.get("name", ""), p.get("id", ""), p.get("email", "")) for p in json.loads(mapping["@people"])),
        mapping.get("@submission", ""),
        moment(mapping.get("@submitted_at", "")),
        moment(mapping.get("@due_at", "")),
    )


def files_of(mapping: Mapping[str, str]) -> dict[str, str]:
    """Give what the mapping says of files: exercise to file."""
    return {name: file for name, file in mapping.items() if not name.startswith(_MARK)}


def moment(text: object) -> datetime | None:
    """Read a platform's time stamp; None where it is none, or does not say its time zone."""
    if isinstance(text, str):
        tidy = text.strip().replace(" UTC", "Z").replace(" Z", "Z").replace("Z", "+00:00")
        try:
            text = datetime.fromisoformat(_whole(tidy))
        except ValueError:
            return None
    return text if isinstance(text, datetime) and text.tzinfo is not None else None


def _whole(text: str) -> str:
    """Leave out fractions of seconds and blanks before the zone, which older Pythons do not read."""
    return re.sub(r"\s*([+-]\d\d):?(\d\d)\Z", r"\1:\2", re.sub(r"(:\d\d)\.\d+", r"\1", text))
