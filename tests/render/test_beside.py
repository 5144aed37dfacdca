"""What a right function says about a wrong printed cost, and the other way round."""

from __future__ import annotations

from grader.render.beside import said_beside
from grader.render.seen import Plan
from grader.report import CheckReport
from tests.render.samples import COURSE, check, exercise

MONEY = {"cost": "$0.000406", "label": "cost"}


def beside(function: CheckReport, printed: CheckReport, speaking: CheckReport) -> str:
    """What is said of one of the two checks of exercise 1."""
    return said_beside(speaking, exercise(function, printed), Plan.of(COURSE, "exercise1"), {"call_cost": 1})


def test_a_wrong_cost_beside_a_right_function_leads_to_what_lies_between() -> None:
    """Only where the function has passed."""
    printed = check("cost_printed", facts=MONEY)
    assert "`call_cost` itself is right: all 1 calls" in beside(check("cost_function", "passed"), printed, printed)
    assert beside(check("cost_function"), printed, printed) == ""


def test_a_right_cost_beside_a_wrong_function_was_not_made_by_it() -> None:
    """Only where the mistake is known: then the function is wrong for this call too."""
    function = check("cost_function", facts=MONEY)
    assert "`call_cost` has not computed it" in beside(function, check("cost_printed", "passed"), function)
    assert beside(function, check("cost_printed"), function) == ""
    unknown = check("cost_function", facts=MONEY, misconception=None, misconceptions=())
    assert beside(unknown, check("cost_printed", "passed"), unknown) == ""


def test_nothing_is_said_where_the_mistake_says_it_all() -> None:
    """A cost that is rounded away, typed in or without a label was computed well enough."""
    comma = check("cost_printed", facts=MONEY | {"decimal_comma": "0,000406"}, misconception=None, misconceptions=())
    assert beside(check("cost_function", "passed"), comma, comma) == ""
    for name in ("rounded-away", "typed-in", "label-missing"):
        printed = check("cost_printed", facts=MONEY, misconception=name, misconceptions=(name,))
        assert beside(check("cost_function", "passed"), printed, printed) == ""
