"""What a unit beside a number belongs to: the number before it, the one after it, or none. Words and signs only."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from grader.checks.console import Span

Unit = Literal["dollars", "cents"]
Units = tuple[Unit, ...]  # two where a line names both before one number: then both readings stand

DOLLARS: Final[Units] = ("dollars",)
CENTS: Final[Units] = ("cents",)
EITHER: Final[Units] = ("dollars", "cents")

UNIT_WORD = re.compile(r"(?:(?P<cents>cents?)|usd|dollars?)\Z")
# What may stand between a number and its unit: `**0.0406** US cents`, `0.0406 (in cents)`, `0.0406, unit: cents`.
FILLERS = (
    *("in", "as", "of", "a", "one", "single", "us", "american", "expressed", "given", "measured"),
    *("total", "whole", "usd", "dollar"),
    *("unit", "units", "currency"),
)
_BEFORE_UNIT = re.compile(
    rf"(?:[ \t\u2009*_~`\"')\](\[|—,;:=-]|(?<![^\W\d_])(?:{'|'.join(FILLERS)}|(?:cost|forecast)[_ ]unit)(?![^\W\d_]))*"
)
_PARTED = re.compile(r"[,;:=]")
# `0.0406 USD cents` has one unit, `0.000406 USD cents 0.0406` has two.
_CENTS_NEXT = re.compile(r"[ \t\u2009_-]{1,4}cents?(?![^\W\d_])(?![^\w\n\r]*[0-9])")
# `less than a cent` is no unit.
_AMOUNT = re.compile(r"(?<![^\W\d_])(?P<part>of )?(?:an? )?(?:an?|one|single|half|even)[ \t]+(?:us )?\Z")
_BOUND = re.compile(
    r"(?:(?<![^\W\d_])(?:than|under|below|about|around|nearly|almost|roughly|approximately|circa)[ \t]+|[<~≈][ \t]*)\Z"
)
_OF_UNIT = re.compile(r"[_ ]unit(?![^\W\d_])")
_CELL_END = re.compile(r",(?!-?[$.]?[0-9])|[\n\r]|\Z")
_LONGEST_GAP = 60
_LONGEST_AMOUNT = 16
_SAID = re.compile(r"[^\W_]")
# `cents: 0.0406` and `cents=0.0406` speak of what follows; `0.0406 cents = 0.000406` cannot be told apart
# from `cost = 0.000406 cents = 0.0406`, but where the other number has a unit of its own.
_LABELS_NEXT = re.compile(r"[\"'*_`]*(?P<closed>[)\]])?[\"'*_`]*(?:[ \t\u2009]*:|=)[^\w\n\r]*[0-9]")
_EQUALS_NEXT = re.compile(
    r"[ \t\u2009]+=[^\w\n\r$¢]*[0-9][0-9.,_e+-]*(?![0-9.,_e+-]|[ \t\u2009]*(?:[$¢]|usd|dollars?|cents?))"
)
_NUMBER_NEXT = re.compile(r"[^\w)\]\n\r]*[0-9]")
_ANY_NUMBER_NEXT = re.compile(r"[^\w\n\r]*[0-9]")
_OPENING = re.compile(r"[(\[|]")
_SAME_UNIT = re.compile(r"[ \t\u2009_-]*")  # `USD cents` is one unit


class Around(NamedTuple):
    """The signs around units in one stretch of folded text."""

    folded: str
    first: int
    end: int

    def is_of_label(self, end: int) -> bool:
        """Tell a label that only begins the name of a unit: `"cost": 0.0406, "cost_unit": "cents"`."""
        return _OF_UNIT.match(self.folded, end, self.end) is not None

    def has_number(self, end: int) -> bool:
        """Tell whether a number follows a unit."""
        return _ANY_NUMBER_NEXT.match(self.folded, end, self.end) is not None

    def is_half(self, end: int) -> bool:
        """Tell the dollars of `0.0406 USD cents`, which are one unit, from those of `0.000406 USD cents 0.0406`."""
        return _CENTS_NEXT.match(self.folded, end, self.end) is not None

    def is_one(self, end: int, start: int) -> bool:
        """Tell whether two words are one unit: `USD cents`."""
        return _SAME_UNIT.fullmatch(self.folded, end, start) is not None

    def is_either(self, number: int, end: int) -> bool:
        """Tell whether the numbers on both sides of a unit could be meant: `0.000406 cents = 0.0406`.

        Near to a number may be that in cents, or the amount of which the cents follow.
        """
        pattern = _LABELS_NEXT if self._is_bound(number) else _EQUALS_NEXT
        return pattern.match(self.folded, end, self.end) is not None

    def closes(self, number_end: int, end: int) -> bool:
        """Tell whether a unit's bracket is closed behind it: `0.0406 (cents)`."""
        return self.folded[end : end + 1] in (")", "]") and _OPENING.search(self.folded, number_end, end) is not None

    def is_comparison(self, start: int, end: int, *, after_number: bool) -> bool:
        """Tell the cent that something is less than from the unit that an amount is in: `a cent amount`."""
        before = _AMOUNT.search(self.folded, max(self.first, start - _LONGEST_AMOUNT), start)
        one = self.folded[start:end] in ("cent", "dollar")
        if not one or before is None or (before["part"] and after_number):  # `0.0406 of a cent`
            return False
        return not self.folded.startswith((" amount", " value", " figure"), end)

    def is_suffix(self, number: Span, start: int, end: int) -> bool:
        """Tell whether a unit belongs to the number before it, rather than to the one after it."""
        folded, before = self.folded, number.end
        if start - before > _LONGEST_GAP or not _BEFORE_UNIT.fullmatch(folded, before, start):
            return False
        if start > before and folded[end : end + 1].isdigit():
            return False  # `$0.000406 ¢0.0406`
        if self._is_bound(number.start) or (folded[number.start : before] == "1" and folded[start:end] == "cent"):
            return True  # `under 1 cent: 0.000406`
        if folded[before:start] == "," and _CELL_END.match(folded, end, self.end):
            return True  # `0.0406,cents,model`
        opened = _OPENING.search(folded, before, start)
        parted = _PARTED.search(folded, before, start) and "unit" not in folded[before:start]
        if parted and ("$" in folded[number.start : before] or _SAID.search(folded, end, self.end)):
            return False  # `$0.000406, in cents 0.0406`; `0.000406, cents would not do`
        labels = _LABELS_NEXT.match(folded, end, self.end)
        if labels and (opened or not labels["closed"]):
            return False
        return not (opened and _NUMBER_NEXT.match(folded, end, self.end))

    def _is_bound(self, number: int) -> bool:
        """Tell the number that something is near to: `less than 0.1 cents: 0.000406`."""
        return _BOUND.search(self.folded, max(self.first, number - _LONGEST_AMOUNT), number) is not None
