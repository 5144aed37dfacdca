"""How much of an archive is taken, and the refusal of one that holds more. Values only."""

from __future__ import annotations

from dataclasses import dataclass


class ArchiveError(ValueError):
    """An archive is refused; the text is the reason and begins in lower case."""


@dataclass(frozen=True)
class Caps:
    """How much of an archive is taken; `strict`: refuse all of it at the first thing out of order."""

    archive_bytes: int
    unpacked_bytes: int
    files: int
    entries: int
    strict: bool


STUDENT = Caps(archive_bytes=32 << 20, unpacked_bytes=32 << 20, files=2_000, entries=50_000, strict=True)
EXPORT = Caps(archive_bytes=8 << 30, unpacked_bytes=8 << 30, files=500_000, entries=1_000_000, strict=False)
