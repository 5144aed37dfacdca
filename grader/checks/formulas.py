"""The mistakes with numbers, matched: which formula gives what a program printed or a function returned.

The formulas themselves are those by which the fixtures prove that mistakes stay apart (`grader.fixtures.separation`);
here is added what only a program shows: divisions that lose the fraction, and rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_UP, Context, Decimal

from grader.fixtures.separation import COSTS, MILLION, Call, significant

_ARITHMETIC = Context(prec=60)
_NOT_BY_VALUE = frozenset({"rounded-away"})  # what is rounded away is read from the digits printed
_OF_FUNCTIONS = (
    "prices-swapped",
    "one-price-input",
    "one-price-output",
    "prices-averaged",
    "prices-summed",
    "output-missing",
    "input-missing",
    "per-thousand",
    "not-divided",
    "cents-as-dollars",
    "max-tokens-as-output",
    "other-models-price",
)
_OF_FORECASTS = (*(name for name in _OF_FUNCTIONS if name not in ("max-tokens-as-output", "output-missing")),)
_MOST_DECIMALS = 6
_TOLERANCE = Decimal("1e-6")
_ZERO = Decimal("1e-12")

_DIGITS = 2  # of an amount, that tell one formula from another
_MORE_DIGITS = {"counted-by-hand": 3}  # where one of many values fits: two digits fit one of them by chance

Dollars = Callable[[int, int], Decimal]
Shorten = Callable[[Decimal, str], Decimal]  # an amount and a way to round it


def is_close(value: Decimal, right: Decimal) -> bool:
    """Tell whether a returned amount is the right one, to one part in a million."""
    return abs(_ARITHMETIC.subtract(value, right)) <= max(_ZERO, abs(right) * _TOLERANCE)


def digits_needed(name: str) -> int:
    """How many significant digits an amount must have before it is said to come from a mistake."""
    return _MORE_DIGITS.get(name, _DIGITS)


def cost_mistakes(calls: Sequence[Call]) -> Iterator[tuple[str, Decimal]]:
    """Every value that a mistake gives for the cost of one call, or of several together."""
    for name, formula in COSTS.items():
        if name not in _NOT_BY_VALUE:
            yield from ((name, value) for value in _summed([list(formula(call)) for call in calls]))


def forecast_mistakes(call: Call) -> Iterator[tuple[str, Decimal]]:
    """Every value that a mistake gives for a forecast; `call.max_tokens` is the limit that was sent."""
    assert call.max_tokens is not None
    most = replace(call, output_tokens=call.max_tokens)
    yield "forecast-without-output", most.cost(output_tokens=0)
    for name in _OF_FORECASTS:
        yield from ((name, value) for value in COSTS[name](most))


def function_mistakes(call: Call, limits: Sequence[int]) -> Iterator[tuple[str, Dollars]]:
    """Every formula that a function may hold by mistake; `call` gives the prices, `limits` are values of max_tokens."""
    for name in _OF_FUNCTIONS:
        for variant in limits if name == "max-tokens-as-output" else [None]:
            known = replace(call, max_tokens=variant)
            for at in range(len(list(COSTS[name](known)))):
                yield name, _formula(name, known, at)
    yield from (("floor-division", formula) for formula in _floored(call))


def rounds_away(call: Call, returned: Sequence[tuple[int, int, Decimal]]) -> bool:
    """Tell whether all that a function returned, with its two counts, is the cost rounded to the same few digits.

    Decimals or significant digits, and which way does not matter: of two neighbours a float may be rounded up here
    and down there.
    """
    costs = [(call.cost(i, o), value) for i, o, value in returned]
    return any(
        all(
            is_close(value, shorten(cost, ROUND_DOWN)) or is_close(value, shorten(cost, ROUND_UP))
            for cost, value in costs
        )
        for digits in range(_MOST_DECIMALS)
        for shorten in (_to_decimals(digits), _to_digits(digits + 1))
    )


def _to_decimals(decimals: int) -> Shorten:
    unit = Decimal(1).scaleb(-decimals)
    return lambda cost, rounding: cost.quantize(unit, rounding)


def _to_digits(digits: int) -> Shorten:
    return lambda cost, rounding: significant(cost, digits, rounding)


def runs_mistakes(cost: Decimal) -> Iterator[tuple[str, Decimal]]:
    """Every value that a mistake gives for the runs per dollar at a cost (never 0)."""
    yield "runs-inverted", cost
    yield "runs-per-cent", 1 / (cost * 100)
    yield "runs-per-cent", 100 / cost
    roundings = (ROUND_HALF_EVEN, ROUND_DOWN)
    rounded = [significant(cost, digits, rounding) for digits in (1, 2, 3) for rounding in roundings]
    rounded += [cost.quantize(Decimal(1).scaleb(-decimals)) for decimals in range(2, _MOST_DECIMALS + 1)]
    yield from (("runs-from-rounded", 1 / each) for each in dict.fromkeys(rounded) if each)


def _summed(values: list[list[Decimal]]) -> list[Decimal]:
    """Add up what a formula gives for each call, where it gives the same number of values for all."""
    if len(values) == 1:
        return values[0]
    return [sum(each, Decimal(0)) for each in zip(*values, strict=True)] if len({len(v) for v in values}) == 1 else []


def _formula(name: str, known: Call, at: int) -> Dollars:
    return lambda i, o: list(COSTS[name](replace(known, input_tokens=i, output_tokens=o)))[at]


def _floored(call: Call) -> Iterator[Dollars]:
    p, q = call.price
    yield lambda i, o: (i * p + o * q) // MILLION
    yield lambda i, o: i * p // MILLION + o * q // MILLION
    yield lambda i, o: i // MILLION * p + o // MILLION * q
