"""What functions returned: claims as exact numbers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from grader.checks.claims import calls_of, constant, number_of
from tests.checks.cases import probed
from tests.traces import TraceBuilder, claim


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (406, "406"),
        (0.000406, "0.000406"),
        (Decimal("4.06e-4"), "0.000406"),
        (Fraction(1, 8), "0.125"),
    ],
)
def test_numbers_of_every_kind_are_read_exactly(value: object, number: str) -> None:
    """int, float, Decimal and Fraction are numbers."""
    assert number_of(claim(value)) == Decimal(number)


@pytest.mark.parametrize(
    "value",
    [
        claim("0.000406"),
        claim(True),
        claim(None),
        claim(float("nan")),
        claim(float("-inf")),
        claim(Decimal("sNaN")),
        {"type": "int", "value": None, "digits": 5000},
        {"type": "int", "value": "twelve"},
        {"type": "decimal", "value": "1E+9999999999999999999999"},
        {"type": "fraction", "value": "1/0"},
        {"type": "fraction", "value": "1"},
        {"type": "other", "value": "list"},
        {"type": "float", "value": 3},
        {},
        "0.1",
    ],
)
def test_all_else_is_no_number(value: Any) -> None:
    """Text, bool, nan, infinities, giants and nonsense are no numbers, and raise nothing."""
    assert number_of(value) is None


def test_a_constant_is_read_where_it_is_text() -> None:
    """A constant of another kind, or of a forged form, is none."""
    trace = probed(names={"MODEL": "m", "OTHER": 3, "FORGED": {"type": "text"}}).trace
    assert [constant(trace, name) for name in ("MODEL", "OTHER", "FORGED", "NONE")] == ["m", None, None, None]
    assert constant(TraceBuilder().trace, "MODEL") is None


def test_calls_with_forged_arguments_are_left_out() -> None:
    """A call counts with the number of arguments that it is known to have."""
    builder = TraceBuilder().returns("f", (1, 2), 3).returns("f", (1,), 3).returns("f", (True, "2"), 3)
    builder.returns("f", (1, float("nan")), 3).returns("f", (1, 2), 3, of=99)
    assert [call.event.seq for call in calls_of(builder.trace, "f", 2)] == [0, 4]
