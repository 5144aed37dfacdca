"""One entry of an archive, whatever the format. Values only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO, NamedTuple, Protocol


class Entry(NamedTuple):
    """Its raw name, whether it is a folder, what is wrong with it, and how it is opened."""

    name: str
    is_folder: bool
    problem: str
    opener: Callable[[], IO[bytes]] | None


class Reader(Protocol):
    """One format."""

    def entries(self) -> Iterator[Entry]: ...
