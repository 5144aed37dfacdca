"""Dollars written with a decimal comma: they are read as two numbers, and the student is told so. Words only."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from grader.checks.labelled import Labelled
from grader.checks.printed import usd_matches

_WITH_COMMA = re.compile(r"[-$ \t\u2009]*(0|[1-9]\d{0,15}),(\d{1,40})(?![.,]{0,40}\d)")
_GROUPED = re.compile(r"[1-9]\d{0,2},\d{3}")


def of_decimal_comma(text: str, printed: Labelled, right: Decimal) -> tuple[str, str] | None:
    """Find a number after a label that only a decimal comma explains: as it is written, and what to say of it."""
    for each in printed.distinct:
        found = _WITH_COMMA.match(text, each.offset)
        if found is None:
            continue
        written, meant = f"{found[1]},{found[2]}", Decimal(f"{found[1]}.{found[2]}")
        is_right = usd_matches(replace(each, value=meant, raw=meant), right)
        if not _GROUPED.fullmatch(written) and (is_right or found[1] == "0"):  # `21,77` may be two values
            then = ", and then it is right" if is_right else ""
            return written, f" `{written}` has a comma where a decimal point is read: print `{meant}`{then}."
    return None
