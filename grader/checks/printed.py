"""Labelled values on a program's standard output, and when a printed number is the right one.

The public face of the reading of labels: checks import from here. Pure functions of text; what a
value ought to be is the caller's knowledge.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from itertools import islice
from typing import TypeVar

from grader.checks.console import Console, Word, read_console
from grader.checks.numerals import Reading
from grader.checks.sayings import denser_said, stop_reasons_said
from grader.checks.stretches import labelled_readings

__all__ = [
    "Printed",
    "PrintedWord",
    "count_matches",
    "denser_said",
    "different_values",
    "numbers",
    "runs_matches",
    "stop_reasons_said",
    "usd_matches",
    "usd_of_few_digits",
    "usd_rounded_away",
    "usd_shortened",
    "usd_tells",
    "words",
]

# Of more candidates than twice this, the first and the last are kept: nobody prints one value so often,
# and so many different ones are a list of guesses anyway.
_KEPT = 10_000
_NOISE = Decimal("1e-9")
_MONEY = Context(prec=60)
_ROUNDINGS = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN)
_FEWEST_DIGITS = 2
SHORTENED_BY = Decimal("0.11")  # of an amount: with two digits left it is less than a tenth off

Candidate = TypeVar("Candidate")


@dataclass(frozen=True)
class Printed:
    """One number found for a label."""

    value: Decimal  # money in dollars, also where it stands in cents
    raw: Decimal  # as written
    text: str  # as it stood on the line, with $ and unit
    line: int  # from 1
    column: int  # from 1, escape codes not counted
    in_cents: bool
    offset: int  # in the text that was given
    in_name: bool = False  # a digit of a name (`model-4`): may be the value; a few of them are no guesses


@dataclass(frozen=True)
class PrintedWord:
    """One word found for a label, in lower case."""

    word: str
    text: str  # as it stood on the line
    line: int
    column: int
    offset: int
    before: tuple[str, ...]  # the words on the label's line before the label


def numbers(text: str, label: str, *, money: bool = False, rows: int = 1) -> tuple[Printed, ...]:
    """Find every number that a label can be said to print, in order; a table may have a row for each of so many calls.

    A number that can be read in two ways (dollars and cents both named) comes twice, at one offset.
    """
    console = read_console(text)
    found = sorted(set(_bounded(labelled_readings(console, label, money=money, rows=rows))))
    return tuple(_printed(console, reading) for reading in found)


def words(text: str, label: str) -> tuple[PrintedWord, ...]:
    """Find the words after a label on its line, or, where none follows, those of the next line."""
    console = read_console(text)
    found = _bounded(_words(console, label))
    return tuple(_printed_word(console, word, before) for word, before in found)


def different_values(candidates: Iterable[Printed], *, in_names: bool = False) -> int:
    """Count the different values among candidates, as the rule against lists of guesses does.

    The digits of names (`model-4`) are none of them; with `in_names` they alone are counted.
    """
    values = {p.offset: p.value for p in reversed(tuple(candidates)) if p.in_name == in_names}
    return len(set(values.values()))


def count_matches(printed: Printed, right: int) -> bool:
    """Tell whether a printed token count is exactly the right one."""
    return printed.value == right


def runs_matches(printed: Printed, right: Decimal) -> bool:
    """Tell whether a printed number of runs is within one run of the right one, one included."""
    return _MONEY.subtract(right, Decimal(1)) <= printed.value <= _MONEY.add(right, Decimal(1))


def usd_matches(printed: Printed, right: Decimal) -> bool:
    """Tell whether printed dollars are the right ones, rounded or cut to two or more significant digits."""
    value = printed.value
    if _is_exactly(printed, right):
        return True
    if abs(_MONEY.subtract(value, right)) > abs(right) * SHORTENED_BY:  # as most are
        return False
    digits = min(len(right.as_tuple().digits), _MONEY.prec - 1)
    return any(value in _shortened(right, kept) for kept in range(_FEWEST_DIGITS, digits))


def usd_rounded_away(printed: Printed, right: Decimal) -> bool:
    """Tell whether printed dollars are the right ones with fewer than two digits left, 0 included."""
    return not usd_matches(printed, right) and usd_of_few_digits(printed, right)


def usd_of_few_digits(printed: Printed, right: Decimal) -> bool:
    """The same where what is left may be right by chance: 0.0004 is 0.000406 cut off to two digits, and to one."""
    value = printed.value
    return value == 0 or any(value in _shortened(right, kept) for kept in range(_FEWEST_DIGITS))


def usd_shortened(printed: Printed, right: Decimal) -> bool:
    """Tell whether printed dollars are the right ones with digits rounded or cut off, few or many."""
    return usd_of_few_digits(printed, right) or (usd_matches(printed, right) and not _is_exactly(printed, right))


def usd_tells(printed: Printed, mistaken: Decimal, digits: int) -> bool:
    """Tell whether printed dollars are enough to say that they are a mistaken amount: so many digits of it, or all.

    $0.0005 is within reach of too many formulas. The zeros of $0.000500 are digits where the amount has them too, and
    say nothing where a function rounded before.
    """
    if not usd_matches(printed, mistaken):
        return False
    if _is_exactly(printed, mistaken) or len(printed.value.normalize(_MONEY).as_tuple().digits) >= digits:
        return True
    written = printed.raw.as_tuple()
    unit = Decimal((0, (1,), int(written.exponent) - (2 if printed.in_cents else 0)))
    return len(written.digits) >= digits and printed.value in _to_unit(mistaken, unit)


def _is_exactly(printed: Printed, right: Decimal) -> bool:
    """Tell whether printed dollars are an amount with all its digits, but for the noise of a float."""
    return abs(_MONEY.subtract(printed.value, right)) <= _MONEY.multiply(abs(right), _NOISE)


def _shortened(right: Decimal, digits: int) -> set[Decimal]:
    """Round and cut an amount to so many significant digits."""
    return _to_unit(right, Decimal((0, (1,), right.adjusted() - digits + 1)))


def _to_unit(right: Decimal, unit: Decimal) -> set[Decimal]:
    return {right.quantize(unit, rounding, _MONEY) for rounding in _ROUNDINGS}


def _printed(console: Console, reading: Reading) -> Printed:
    line, column, offset = console.place(reading.start)
    text = " ".join(console.shown[reading.start : reading.end].split())
    raw = reading.raw
    value = reading.value if reading.cents else raw
    return Printed(value, raw, text, line, column, reading.cents, offset, reading.in_name)


def _words(console: Console, label: str) -> Iterator[tuple[Word, tuple[str, ...]]]:
    for line, labels in console.lines_with(label):
        first = labels[0]
        before = tuple(word.text for word in console.words(line.start, first.start))
        found = console.words_after(first, line)
        below = console.line_below(line)
        if not found and below:
            found = list(console.words(*below))
        for word in found:
            yield word, before


def _printed_word(console: Console, word: Word, before: tuple[str, ...]) -> PrintedWord:
    line, column, offset = console.place(word.start)
    return PrintedWord(word.text, console.shown[word.start : word.end], line, column, offset, before)


def _bounded(candidates: Iterator[Candidate]) -> Sequence[Candidate]:
    """Keep the first and the last of very many."""
    return [*islice(candidates, _KEPT), *deque(candidates, _KEPT)]
