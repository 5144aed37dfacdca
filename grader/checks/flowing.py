"""What the values of a program can be, while the pieces of a stream flow through them.

Kinds of values and the store of what is known of variables; `piece_values` and `piece_flow` read a program into it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from grader.checks.scopes import Key

ANYWHERE = -1  # the scope of an attribute, of whatever object


class Flowing(Enum):
    """What a value can be."""

    STREAM = auto()  # pieces that are still to come, or a request for them
    PIECE = auto()
    WHOLE = auto()  # what is known only when the stream is over
    STDOUT = auto()
    PRINT = auto()  # what prints its arguments


STREAM, PIECE, WHOLE, STDOUT, PRINT = Flowing
TEXT = frozenset({PIECE, WHOLE})


@dataclass(frozen=True)
class Cell:
    """Something in which pieces may be kept: a list, a queue, a text that grows."""

    key: Key


@dataclass(frozen=True)
class Program:
    """A function of the program's, by the number of its scope."""

    scope: int


@dataclass(frozen=True)
class Keeper:
    """A method that keeps what it is given, as `parts.append`."""

    cells: frozenset[Cell]


@dataclass(frozen=True)
class Returned:
    """What a function gives back, by the number of its scope."""

    scope: int


@dataclass(frozen=True)
class Yielded:
    """What a generator brings, by the number of its scope."""

    scope: int


Label = Flowing | Cell | Program | Keeper
Labels = frozenset[Label]
NOTHING: Labels = frozenset()
_Place = Key | Returned | Yielded


class Values:
    """What is known of every variable; it only grows. `settled` turns False when something was added."""

    def __init__(self) -> None:
        self.settled = False
        self._labels: dict[_Place, Labels] = {}
        self._kept: dict[Cell, frozenset[int]] = {}  # with the scopes in which pieces are put there
        self._passed_on: set[Cell] = set()  # emptied again and again while the stream runs

    def __contains__(self, place: _Place) -> bool:
        return place in self._labels

    def of(self, place: _Place) -> Labels:
        """What a variable can be."""
        return self._labels.get(place, NOTHING)

    def add(self, place: _Place, labels: Iterable[Label]) -> None:
        """Let a variable be these as well."""
        known = self._labels.get(place)
        grown = frozenset(labels).union(known or ())
        if grown != known:
            self._labels[place] = grown
            self.settled = False

    def keep(self, cells: Iterable[Cell], value: Labels, scope: int, *, passed_on: bool) -> None:
        """Keep a value, if it is text, in cells; `passed_on` where they are emptied in the loop that fills them."""
        seen = self.seen(value)
        for cell in cells if seen & TEXT else ():
            if scope not in self._kept.get(cell, ()):
                self._kept[cell] = self._kept.get(cell, frozenset()) | {scope}
                self.settled = False
            if passed_on and WHOLE not in seen:
                self._passed_on.add(cell)

    def seen(self, labels: Labels) -> frozenset[Flowing]:
        """What a value can be, of a cell what is in it."""
        found = {label for label in labels if isinstance(label, Flowing)}
        for label in labels:
            if isinstance(label, Cell) and label in self._kept:
                found.add(PIECE if label in self._passed_on else WHOLE)
        return frozenset(found)

    def filled_in(self, labels: Labels) -> frozenset[int]:
        """The scopes in which pieces are put into a value."""
        kept = (self._kept.get(label, frozenset()) for label in labels if isinstance(label, Cell))
        return frozenset().union(*kept)


def elements(labels: Labels) -> Labels:
    """What comes out of a value, one at a time."""
    return (labels - {STREAM}) | {PIECE} if STREAM in labels else labels


def gathered(labels: Labels) -> Labels:
    """What all of a value together is."""
    return (labels - {STREAM}) | {WHOLE} if STREAM in labels else labels
