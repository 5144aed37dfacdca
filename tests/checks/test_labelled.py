"""Numbers after a label, looked up; and numbers that stand bare."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grader.checks.labelled import Labelled, Loose
from grader.checks.printed import usd_matches
from tests.checks.cases import case_of
from tests.traces import TraceBuilder


def labelled(text: str, label: str = "cost", *, money: bool = True, start: int = 0) -> Labelled:
    return Labelled(case_of(TraceBuilder().message().prints(text).exits()), label, money=money, start=start)


def test_values_are_found_by_what_is_right() -> None:
    """Among many, the one that matches."""
    costs = labelled("".join(f"cost: 0.{n:06}\n" for n in range(1, 500)))
    assert [costs.usd(Decimal(right)) is not None for right in ("0.000406", "0.0406", "0.0004996")] == [
        True,
        False,
        True,
    ]
    runs = labelled("runs per dollar: 10\nruns per dollar: 12\n", "runs per dollar")
    assert [runs.runs(Decimal(right)) is not None for right in (11, 13, 14)] == [True, True, False]


def test_a_place_in_the_output_may_be_the_beginning() -> None:
    """What stands before is not looked at, and the event is told right."""
    late = labelled("cost: 1\ncost: 2\n", start=8)
    assert late.said == "2"
    assert late.evidence == (2,)


def test_different_spellings_are_one_value() -> None:
    """What is said is normalised; what is shown is as it stands."""
    costs = labelled("cost: 0.50\ncost: 0.5\n")
    assert (costs.said, costs.shown) == ("0.5", "0.50")


@pytest.mark.parametrize(
    ("printed", "source", "told"),
    [
        ("0.000406", "", "0.000406"),
        ("0.00041", "", ""),
        ("5", "", ""),
        ("2000", "", ""),
        ("0,0004", "", ""),
        ("2463", "", "2463"),
        ("0.0004", "cost = 0.0004", "0.0004"),
        ("0.0004", "print('cost: $0.0004')", "0.0004"),
        ("0.0004", "x = 4e-4", "0.0004"),
        ("5", "OUTPUT_PRICE = 5.00", ""),
        ("0.25", "cost = 0.26", ""),
        ("0.25", f"x = 0x{'f' * 9999}", ""),
        ("9" * 2000, "", ""),
    ],
)
def test_few_digits_tell_nothing_over_several_runs(printed: str, source: str, told: str) -> None:
    """Many a formula gives the same two digits in each run; an amount that stands in the program was typed in."""
    case = case_of(TraceBuilder(source=source).message().prints(f"cost: {printed}\n").exits())
    assert Labelled(case, "cost", money=True).told == told


def test_bare_numbers_leave_the_answers_out() -> None:
    """An answer's own numbers are no values; giants and the twenty-thousandth number are passed over."""
    case = case_of(
        TraceBuilder().message(text="There are 77.").message(text="").prints("There are 77.\n1,337\n").exits()
    )
    assert [printed.value for printed in Loose(case).numbers] == [1337]
    many = case_of(TraceBuilder().prints("9" * 50 + " " + "5 " * 20_000 + "6\n").exits())
    assert [printed.value for printed in Loose(many).numbers] == [5]


def test_a_bare_number_is_told_from_a_labelled_one() -> None:
    """A label in an answer's text labels nothing."""
    case = case_of(TraceBuilder().message(text="It has a cost: 5").prints("It has a cost: 5\n0.5\n").exits())
    loose = Loose(case)
    assert loose.holds(usd_matches, [Decimal("0.7"), Decimal("0.5")])
    assert not loose.holds(usd_matches, [Decimal("0.7")])
    assert not loose.labels("cost")
