"""Numbers in a stretch of a program's output: how they are written, and which of them are in cents.

One pass over the words and numbers of a line. Knows nothing of what would be right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Context, Decimal
from itertools import islice
from typing import Literal, NamedTuple

from grader.checks.console import Console, Span
from grader.checks.units import CENTS, DOLLARS, EITHER, FILLERS, UNIT_WORD, Around, Unit, Units

_TOKEN = re.compile(
    r"(?P<word>0x[0-9a-f]+|[^\W\d_]+)"
    r"|(?P<lead>-?\$[ \t\u2009]*-?|-)?(?P<dot>\.)?"
    r"(?P<run>[0-9]+(?:,[0-9]+(?:,[0-9]+)*|_[0-9]+(?:_[0-9]+)*|\u2009[0-9]+(?:\u2009[0-9]+)*)?)"
    r"(?P<fraction>\.[0-9]+)?(?P<exponent>e[-+][0-9]+|e[0-9]+(?![^\W_]))?"
    r"|(?P<sign>[$¢])"
)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:[,_\u2009][0-9]{3})+")
_SEPARATOR = re.compile(r"[,_\u2009]")
_DENIALS = frozenset({"not", "never", "no", "without"})
_SIDE_BY_SIDE = re.compile(r" ?[/,|&+] ?(?:(?:and|or) )?(?:in )?| (?:and|or) (?:in )?")
_CLAUSE_END = re.compile(r"[,;:.()\[\]|]")
_FAMILIES = frozenset({"claude", "haiku", "sonnet", "opus"})
_VERSION = re.compile(r"[1-9](?:\.[0-9])?")
_PER_WORDS = frozenset({"us", "one", "a", "single"})

# No count and no price needs more; a number beyond them is noise, and costly to compute with.
_LONGEST_NUMERAL = 1000
_LONGEST_EXPONENT = 4
_EXACT = Context(prec=2 * _LONGEST_NUMERAL)


class Reading(NamedTuple):
    """One number as written: its place, its digits (no separators), and how it is to be read."""

    start: int
    end: int  # with its unit
    numeral: str
    cents: bool
    in_name: bool  # `4` of `model-4-5`: may be meant as a value, never counts as a guess

    @property
    def raw(self) -> Decimal:
        """The number as written."""
        return Decimal(self.numeral)

    @property
    def value(self) -> Decimal:
        """The number in dollars where it is written in cents."""
        return _EXACT.scaleb(self.raw, -2) if self.cents else self.raw


class _Numeral(NamedTuple):
    start: int
    end: int
    text: str
    in_name: bool
    units: Units


class NumberReader:
    """Reads the numbers of one stretch: after a label, or the whole row below a row of labels."""

    def __init__(
        self,
        console: Console,
        stretch: Span,
        *,
        money: str | None,
        units: Units = DOLLARS,
        commas: bool = False,
        row: bool = False,
    ) -> None:
        """Take the label where the value is money (cents are scaled then), and how the stretch begins."""
        self.units = units
        self._console = console
        self._stretch = stretch
        self._around = Around(console.folded, stretch.start, stretch.end)
        self._money = money
        self._commas = commas  # commas part values, as in a CSV row, and may also group thousands
        self._row = row  # the stretch is a row of values: no label stands before its first letter
        self._in_turn: list[Unit] = []  # where units are named side by side: those of the numbers that follow
        self._waiting: list[_Numeral] = []  # the last number: its unit may follow
        self._unit_named = False  # since the last number
        self._denied = False  # `not` stands before what follows
        self._had_unit = False  # the last number had one before it
        self._unit_end = -1
        self._after_per = False
        self._last_end = stretch.start
        self._last: Literal["nothing", "word", "unit", "name", "number"] = "nothing"
        self._model = False  # inside `claude-…`: its digits are nobody's value
        self._family = False  # after a word of a model's name

    def readings(self) -> Iterator[Reading]:
        """Read the numbers in order; a number that could be read in two ways comes twice."""
        for token in _TOKEN.finditer(self._console.folded, *self._stretch):
            if token["word"]:
                yield from self._take_word(token)
            elif token["sign"]:
                yield from self._take_unit("cents" if token["sign"] == "¢" else "dollars", *token.span())
            else:
                yield from self._flush()
                self._take_number(token)
            self._last_end = token.end()
        yield from self._flush()

    def _flush(self) -> Iterator[Reading]:
        """Hand out the last number: nothing that follows can change it any more."""
        for start, end, text, in_name, units in self._waiting:
            for unit in units if self._money else DOLLARS:
                yield Reading(start, end, text, unit == "cents", in_name)
        self._waiting = []

    def _take_word(self, token: re.Match[str]) -> Iterator[Reading]:
        word, start, end = token["word"], token.start(), token.end()
        joined = self._joined(start)
        self._model = word == "claude" or (joined and self._model)
        self._family = word in _FAMILIES
        self._denied = self._denied and _CLAUSE_END.search(self._console.folded, self._last_end, start) is None
        own = start == self._stretch.start and not self._row  # letters glued to the label: `costs0.0004`
        if self._waiting and word == self._money and self._around.is_of_label(end):
            return  # `"cost": 0.0406, "cost_unit": "cents"`
        if self._money and word.startswith(self._money) and not own:
            yield from self._flush()
            own = True
            if not self._unit_named:
                self.units = DOLLARS  # the label again: the unit of the last number is not meant here
            word, start = word[len(self._money) :], start + len(self._money)
        unit = self._unit_of(word, start)
        if unit:
            yield from self._take_unit(unit, start, end)
            return
        if word not in FILLERS:
            yield from self._flush()
        self._denied = self._denied or word in _DENIALS
        self._after_per = word == "per" or (self._after_per and word in _PER_WORDS)
        self._last = "nothing" if own else "word"

    def _unit_of(self, word: str, start: int) -> Unit | None:
        """Tell the unit that a word is, or that `costInCents` ends with."""
        found = UNIT_WORD.search(word)
        if not found or (found.start() > 0 and not self._console.begins_word(start + found.start())):
            return None
        return "cents" if found["cents"] else "dollars"

    def _take_unit(self, unit: Unit, start: int, end: int) -> Iterator[Reading]:
        if self._waiting and unit == "dollars" and self._around.is_half(end):
            return
        if self._after_per or self._around.is_comparison(start, end, after_number=bool(self._waiting)):
            yield from self._flush()  # `runs per dollar`, `per cent`
        elif self._waiting and not self._is_prefix(end) and self._around.is_suffix(self._number, start, end):
            units = CENTS if unit == "cents" else DOLLARS
            if self._around.is_either(self._number.start, end):
                units = self.units = EITHER
            self._give_unit(units, end)
            yield from self._flush()
        else:
            yield from self._flush()
            if not self._denied:  # `not cents` names none
                self._name_unit(unit, start)
                self._unit_named, self._unit_end = True, end
        self._after_per = self._denied = False
        self._last = "unit"

    def _is_prefix(self, end: int) -> bool:
        """Tell a unit before its number by that of the number before: `dollars 0.000406 cents 0.0406`."""
        return self._had_unit and self._around.has_number(end)

    @property
    def _number(self) -> Span:
        """The place of the last number."""
        return Span(self._waiting[-1].start, self._waiting[-1].end)

    def _give_unit(self, units: Units, end: int) -> None:
        """Give a unit to the number that stands directly before it, its bracket included."""
        last = self._waiting[-1].end
        if self._around.closes(last, end):
            end += 1
        for at, found in enumerate(self._waiting):
            if found.end == last:
                self._waiting[at] = found._replace(end=end, units=units)

    def _name_unit(self, unit: Unit, start: int) -> None:
        """Note a unit that stands before the number it is for."""
        one_unit = self._around.is_one(self._unit_end, start)
        if not self._unit_named or (unit == "cents" and self._last == "unit" and one_unit):
            self.units = CENTS if unit == "cents" else DOLLARS
        elif unit not in self.units:
            self.units = (*self.units, unit)
            if _SIDE_BY_SIDE.fullmatch(self._console.folded, self._unit_end, start):
                self._in_turn = [*self.units]

    def _take_number(self, token: re.Match[str]) -> None:
        """Take one number, or several where commas part them rather than group thousands."""
        lead = token["lead"] or ""
        glued = token.start() == self._last_end and self._console.is_cased(token.start() - 1)
        stuck = glued and self._last == "word" and not lead and not token["dot"]  # `gpt4`
        in_name = self._last in ("word", "name") and "$" not in lead and self._joined(token.start())
        in_name = in_name or self._is_version(token)
        listed = self._last == "number" and self._console.folded[self._last_end : token.start()] == ","
        point, minus = self._is_point(token), self._is_minus(token)
        start = token.start("dot" if point else "run")
        if minus or "$" in lead:
            start = token.start() + (lead.startswith("-") and not minus)
        units = DOLLARS if "$" in lead else self._units_of(token)
        for number, (at, end, digits) in enumerate(self._pieces(token, split=in_name or stuck or listed)):
            ahead = at == token.start("run")
            numeral = ("-" if minus and ahead else "") + ("." if point else "") + digits
            name = in_name and number == 0
            if _is_sane(numeral) and not (name and glued and self._model) and not (stuck and number == 0):
                self._waiting.append(_Numeral(start if ahead else at, end, numeral, name, units))
        self._had_unit = self._unit_named
        self._unit_named = self._after_per = self._family = self._denied = False
        self._last = "name" if (in_name or stuck) and "," not in token["run"] else "number"

    def _units_of(self, token: re.Match[str]) -> Units:
        """Give each of several units to a number of its own, the first to the only one: `dollars / cents: 1 / 2`."""
        if len(self._in_turn) == len(self.units) > 1:
            tokens = _TOKEN.finditer(self._console.folded, token.start(), self._stretch.end)
            numbers = (found for found in tokens if found["run"])
            if len([*islice(numbers, len(self.units) + 1)]) > len(self.units):
                self._in_turn = []  # which of the numbers are amounts is not to be seen
        return (self._in_turn.pop(0),) if self._in_turn else self.units

    def _pieces(self, token: re.Match[str], *, split: bool) -> Iterator[tuple[int, int, str]]:
        """Read the digits of a number, and of each part where its separators do not group thousands."""
        run, tail = token["run"], (token["fraction"] or "") + (token["exponent"] or "")
        pieces = _SEPARATOR.split(run)
        whole = len(pieces) == 1 or (not split and _GROUPED.fullmatch(run))
        if whole:
            yield token.start("run"), token.end(), "".join(pieces) + tail
        if not whole or (self._commas and "," in run):
            at = token.start("run")
            for piece in pieces[:-1]:
                yield at, at + len(piece), piece
                at += len(piece) + 1
            yield at, token.end(), pieces[-1] + tail

    def _joined(self, start: int) -> bool:
        """Tell whether a token hangs on the one before by nothing more than a dash, `_` or a dot."""
        gap = self._console.folded[self._last_end : start]
        return gap in ("-", "_", ".") or (gap == "" and self._console.is_cased(start - 1))

    def _is_version(self, token: re.Match[str]) -> bool:
        """Tell the number in `Claude Haiku 4.5`."""
        gap = self._console.folded[self._last_end : token.start()]
        return self._family and gap == " " and _VERSION.fullmatch(token.group()) is not None

    def _is_point(self, token: re.Match[str]) -> bool:
        """Tell a decimal point before the first digit from the dots of a leader."""
        if not token["dot"] or token["fraction"] or _SEPARATOR.search(token["run"]) or not self._money:
            return False
        if token["lead"]:
            return True
        gap, before = self._console.folded[self._last_end : token.start()], self._before(token)
        return not (gap.rstrip(" \t").endswith(".") or before.isalnum() or before in ")]")

    def _is_minus(self, token: re.Match[str]) -> bool:
        """Tell a minus from the dashes of a rule, of a name or between two numbers."""
        lead = token["lead"] or ""
        if lead.endswith("-") and "$" in lead:
            return True
        before = self._before(token)
        return lead.startswith("-") and not (before.isalnum() or before in "-—)]")

    def _before(self, token: re.Match[str]) -> str:
        return self._console.folded[token.start() - 1] if token.start() else " "


def _is_sane(numeral: str) -> bool:
    """Tell whether a number is short enough to compute with: `1e999999999` is not."""
    mantissa, _, exponent = numeral.partition("e")
    return len(mantissa) <= _LONGEST_NUMERAL and len(exponent.lstrip("+-0")) <= _LONGEST_EXPONENT
