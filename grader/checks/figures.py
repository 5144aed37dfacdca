"""Numbers as people read them in messages: counts with separators, dollars with six decimals or more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal

_FEWEST_DECIMALS = 6
_DIGITS = Context(prec=12, rounding=ROUND_HALF_EVEN)
_LARGEST_PLAIN = Decimal("1e15")
_NOISY = re.compile(r"(?<![\w.])\d+\.\d{8,40}(?![\w.])|(?<![\w.])\d+(?:\.\d{1,40})?e[+-]\d{1,3}(?![\w.])")
_MOST_PLAIN_DIGITS = 20
_FEWEST_NOISY = 16  # signs of a float that shows its noise


def tokens(count: int) -> str:
    """Write a count: 1,337."""
    return f"{count:,}"


def usd(amount: Decimal) -> str:
    """Write dollars with at least six decimals, and more where the amount has them: $0.005892."""
    plain = amount.normalize(_DIGITS)
    if not plain.is_finite() or abs(plain) >= _LARGEST_PLAIN:
        return f"${plain}"
    decimals = max(_FEWEST_DECIMALS, -int(plain.as_tuple().exponent))
    return f"${plain:,.{decimals}f}" if decimals < 20 else f"${plain}"


def per_million(price: Decimal) -> str:
    """Write a price per million tokens: $1.00."""
    return f"${price:,.2f}" if price == round(price, 2) else f"${price:,f}"


def number(value: Decimal) -> str:
    """Write a plain number to twelve digits: 2463.05418719."""
    plain = value.normalize(_DIGITS)
    if not plain.is_finite() or abs(plain) >= _LARGEST_PLAIN:
        return str(plain)
    return f"{plain:,f}" if plain == 0 or abs(plain) > Decimal("1e-12") else str(plain)


def runs(value: Decimal) -> str:
    """Write a number of runs: 2,463.05."""
    return f"{value:,.2f}" if abs(value) >= 1 and value.is_finite() else number(value)


def words(text: str) -> str:
    """Write what one gets who counts a text by hand: 5 words, 20 characters."""
    count = len(text.split())
    return f"{tokens(count)} word{'s' if count != 1 else ''}, {tokens(len(text))} characters"


def readable(text: str) -> str:
    """Write the numbers in a text without the binary noise of floats (at twelve digits) and without exponents."""
    return _NOISY.sub(lambda found: _plain(found.group()), text)


def _plain(text: str) -> str:
    digits = Decimal(text).normalize(_DIGITS)
    if ("e" not in text and len(text) < _FEWEST_NOISY) or abs(digits.adjusted()) >= _MOST_PLAIN_DIGITS:
        return text
    return f"{digits:f}"


def plain(number: Decimal) -> str:
    """Write a number in one form, whatever its zeros; without an exponent where it is not very long."""
    digits = number.normalize()
    return str(digits) if abs(digits.adjusted()) >= _MOST_PLAIN_DIGITS else f"{digits:f}"


def listed(parts: Sequence[str], most: int = 5) -> str:
    """Join a few texts for people; of many the first ones and how many more there are."""
    if len(parts) > most:
        return ", ".join(parts[:most]) + f" and {len(parts) - most:,} more"
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1] if parts else "nothing"
