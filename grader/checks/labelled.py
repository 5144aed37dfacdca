"""The numbers that one program printed after one label, ready to be looked up, and numbers that stand unlabelled.

What a number ought to be is the caller's knowledge; when two numbers match is decided in `printed`.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import islice
from typing import TypeVar

from grader.checks.figures import listed, plain
from grader.checks.printed import (
    SHORTENED_BY,
    Printed,
    count_matches,
    different_values,
    numbers,
    runs_matches,
    usd_matches,
    usd_tells,
)
from grader.checks.source import Source
from grader.checks.verdict import Case

_VALUES_PER_REQUEST = 10
_NUMBER = re.compile(r"(?<![\w.])\d[\d,_]*(?:\.\d+)?(?:[eE][-+]?\d{1,3})?(?![\w])")
_LONGEST_NUMBER = 40
_MOST_LOOSE = 20_000

_FEW = 2  # digits

Right = TypeVar("Right", int, Decimal)


@lru_cache(maxsize=8)
def _read(text: str, label: str, money: bool, rows: int) -> tuple[Printed, ...]:
    """Read the numbers of a label; several checks and several streams of one run look at the same ones."""
    return numbers(text, label, money=money, rows=rows)


@lru_cache(maxsize=4)
def _typed_in(source: Source) -> frozenset[Decimal]:
    """The numbers that stand in a program, in its texts or by themselves; of the latter no whole ones."""
    values = (node.value for node in source.nodes if isinstance(node, ast.Constant))
    constants = (str(value) for value in values if isinstance(value, str | float))
    found = (match.group().replace(",", "").replace("_", "") for text in constants for match in _NUMBER.finditer(text))
    return frozenset(Decimal(digits) for digits in found if len(digits) <= _LONGEST_NUMBER)


class Labelled:
    """The numbers printed after a label (`money`: in dollars), from the place `start` of the output on."""

    def __init__(self, case: Case, label: str, *, money: bool = False, start: int = 0) -> None:
        self._case = case
        self.label = label
        self.start = start  # what was printed before does not count
        calls = sum(message.succeeded for message in case.trace.messages)
        found = _read(case.output.text, label, money, max(1, calls))  # a table may have a row a call
        self.all = tuple(printed for printed in found if printed.offset >= start) if start else found

    def __bool__(self) -> bool:
        return bool(self.all)

    @property
    def is_list_of_guesses(self) -> bool:
        """Whether the label has more different values than the contract allows; no output has so many names either."""
        answered = sum(e.succeeded for e in (*self._case.trace.messages, *self._case.trace.counts))
        most = _VALUES_PER_REQUEST * max(1, answered)
        return different_values(self.all) > most or different_values(self.all, in_names=True) > most

    @cached_property
    def distinct(self) -> tuple[Printed, ...]:
        """The first of each value, in order; digits of names only where there is nothing else."""
        found: dict[Decimal, Printed] = {}
        for printed in [p for p in self.all if not p.in_name] or self.all:
            found.setdefault(printed.value, printed)
        return tuple(found.values())

    @property
    def said(self) -> str:
        """The values in one normalised text, so that runs can be compared."""
        return " ".join(plain(printed.value) for printed in self.distinct)

    @property
    def told(self) -> str:
        """The same of amounts: '' where all have so few digits that many a formula gives them, and none is typed in."""
        telling = any(len(printed.value.normalize().as_tuple().digits) > _FEW for printed in self.distinct)
        return self.said if telling or any(map(self._is_typed_in, self.distinct)) else ""

    def _is_typed_in(self, printed: Printed) -> bool:
        """Tell whether an amount stands in the program; a whole number may be a price or a limit."""
        return printed.value != printed.value.to_integral_value() and printed.raw in _typed_in(self._case.source)

    @property
    def shown(self) -> str:
        """The values as they stand on the screen, for people."""
        return listed([printed.text for printed in self.distinct])

    def seq(self, printed: Printed) -> int:
        """The event in which a number came out."""
        return self._case.output.seq_at(printed.offset)

    @property
    def evidence(self) -> tuple[int, ...]:
        """The events of the first few values."""
        return tuple(dict.fromkeys(self.seq(printed) for printed in self.distinct[:3]))

    def count(self, right: int) -> Printed | None:
        """Find a count."""
        return next((p for p in self._near(Decimal(right), Decimal(0)) if count_matches(p, right)), None)

    def usd(self, right: Decimal) -> Printed | None:
        """Find dollars, rounded or cut off as the contract allows."""
        return next((p for p in self._near(right, abs(right) * SHORTENED_BY) if usd_matches(p, right)), None)

    def usd_telling(self, mistaken: Decimal, digits: int) -> Printed | None:
        """Find dollars that have enough digits to be told as a mistaken amount."""
        near = self._near(mistaken, abs(mistaken) * SHORTENED_BY)
        return next((p for p in near if usd_tells(p, mistaken, digits)), None)

    def runs(self, right: Decimal) -> Printed | None:
        """Find a number of runs."""
        return next((p for p in self._near(right, Decimal(1)) if runs_matches(p, right)), None)

    def first(self, matches: Callable[[Printed], bool]) -> Printed | None:
        """Find the first value that anything else is true of."""
        return next((printed for printed in self.distinct if matches(printed)), None)

    @cached_property
    def _sorted(self) -> list[Printed]:
        # A value printed twice is looked at once; the same dollars may stand there with other digits.
        return sorted({p.value: p for p in reversed(self.all)}.values(), key=lambda p: p.value)

    def _near(self, right: Decimal, width: Decimal) -> Iterator[Printed]:
        at = bisect_left(self._sorted, right - width, key=lambda p: p.value)
        end = right + width
        while at < len(self._sorted) and self._sorted[at].value <= end:
            yield self._sorted[at]
            at += 1


@lru_cache(maxsize=2)
def _bare_numbers(text: str) -> tuple[Printed, ...]:
    found: dict[Decimal, Printed] = {}
    for match in islice(_NUMBER.finditer(text), _MOST_LOOSE):
        digits = match.group().replace(",", "").replace("_", "")
        if len(digits) <= _LONGEST_NUMBER:
            value = Decimal(digits)
            found.setdefault(value, Printed(value, value, match.group(), 0, 0, False, match.start()))
    return tuple(found.values())


class Loose:
    """The numbers on the screen outside of the answers' texts, labelled or not, from the place `start` on."""

    def __init__(self, case: Case, start: int = 0) -> None:
        text = case.output.text[start:]
        for exchange in case.trace.messages:
            if exchange.text:
                text = text.replace(exchange.text, "\n")
        self._text = text

    @property
    def numbers(self) -> tuple[Printed, ...]:
        """All of them, of very many the first."""
        return _bare_numbers(self._text)

    def holds(self, matches: Callable[[Printed, Right], bool], rights: Iterable[Right]) -> bool:
        """Tell whether one of them matches one of the right values (`usd_matches`, `count_matches`, `runs_matches`)."""
        return any(matches(number, right) for right in rights for number in self.numbers)

    def labels(self, label: str) -> bool:
        """Tell whether a number is printed after a label, outside of the answers' texts."""
        return bool(numbers(self._text, label, money=True))
