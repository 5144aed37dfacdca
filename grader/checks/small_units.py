"""Dollars given in a part of a dollar that is not read, such as micro-dollars: found beside a number. Words only."""

from __future__ import annotations

import re

from grader.checks.labelled import Labelled
from grader.checks.printed import Printed

_UNIT = re.compile(
    r"(?:micro|milli|nano)(?:s\b|[ _-]?(?:us[ _-]?)?(?:dollars?|usd|cents?|[$¢]))"
    r"|[µμ][ ]?(?:us)?(?:dollars?|d\b|[$¢])"
    r"|(?<![^\W_])[umn](?:\$|usd\b)"
    r"|\bcts?\b"
    r"|(?:%|\bper ?cent) of (?:a|one|1) (?:us )?dollar"
    r"|\b(?:millionths?|thousandths?|billionths?)\b(?: of a (?:us )?dollar)?",
    re.IGNORECASE,
)
_NUMERAL = re.compile(r"[-$ \t]*[0-9][0-9.,_]*(?:e[-+]?[0-9]+)?", re.IGNORECASE)
_DIGIT = re.compile(r"[0-9]")


def small_unit(text: str, printed: Printed) -> str:
    """Find the unit that stands beside a printed number, before or after it with no number between; '' for none."""
    start = text.rfind("\n", 0, printed.offset) + 1
    line = text[start : (text.find("\n", printed.offset) + 1 or len(text) + 1) - 1]
    at = printed.offset - start
    numeral = _NUMERAL.match(line, at)
    after = line[numeral.end() if numeral else at :]
    before = line[:at]
    for stretch in (_DIGIT.split(after, maxsplit=1)[0], _DIGIT.split(before)[-1]):
        if found := _UNIT.search(stretch):
            return found.group()
    return ""


def of_small_unit(text: str, printed: Labelled) -> str:
    """Say of the first number with such a unit that it is not read; '' where there is none."""
    for each in printed.distinct:
        if unit := small_unit(text, each):
            return f" `{each.text}` stands beside `{unit}`, a unit that is not read: print the amount in dollars."
    return ""
