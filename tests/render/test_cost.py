"""The cost, line by line: the right formula, the student's, and the first factor in which they part."""

from __future__ import annotations

import pytest

from grader.render.cost import Cost, cost_of, costs_of
from tests.render.samples import COURSE, check

FACTS = {
    "model": "claude-haiku-4-5",
    "input_tokens": "1,337",
    "output_tokens": "911",
    "input_price": "$1.00",
    "output_price": "$5.00",
    "cost": "$0.005892",
    "max_tokens": "2,000",
}


def laid_out(misconception: str, observed: str, **facts: str) -> Cost:
    """The bill of a failed check."""
    failed = check(observed=observed, misconception=misconception, misconceptions=(misconception,), facts=FACTS | facts)
    found = cost_of(failed, COURSE)
    assert found is not None
    return found


def written(cost: Cost) -> str:
    """The student's equation as text, what differs in brackets."""
    return "".join(f"[{term.text}]" if term.differs else term.text for term in cost.equation)


@pytest.mark.parametrize(
    ("misconception", "observed", "equation"),
    [
        ("prices-swapped", "$0.007596", "(1,337 × [$5.00] + 911 × [$1.00]) ÷ 1,000,000 = $0.007596"),
        ("one-price-input", "$0.002248", "(1,337 × $1.00 + 911 × [$1.00]) ÷ 1,000,000 = $0.002248"),
        ("one-price-output", "0.01124", "(1,337 × [$5.00] + 911 × $5.00) ÷ 1,000,000 = $0.011240"),
        ("output-missing", "$0.001337", "(1,337 × $1.00) ÷ 1,000,000 = $0.001337"),
        ("per-thousand", "$5.892", "(1,337 × $1.00 + 911 × $5.00) ÷ [1,000] = $5.892000"),
        ("not-divided", "5892", "(1,337 × $1.00 + 911 × $5.00) = $5,892.000000"),
        ("max-tokens-as-output", "$0.011337", "(1,337 × $1.00 + [2,000] × $5.00) ÷ 1,000,000 = $0.011337"),
        ("other-models-price", "$0.017676", "(1,337 × [$3.00] + 911 × [$15.00]) ÷ 1,000,000 = $0.017676"),
    ],
)
def test_a_known_mistake_is_written_as_an_equation(misconception: str, observed: str, equation: str) -> None:
    """The student's own value stands at the end of the student's own formula."""
    assert written(laid_out(misconception, observed)) == equation


def test_the_first_factor_that_differs_is_named() -> None:
    """One factor is named, in the order of the formula."""
    cost = laid_out("prices-swapped", "$0.007596")
    assert cost.differs == "The first factor that differs is the price of an input token: $5.00 in place of $1.00."


def test_what_a_function_returned_is_set_as_dollars_too() -> None:
    """The student's value and the right one in one form; text stays what it is."""
    assert laid_out("prices-swapped", "f(1, 2) = 0.007596", returned="0.007596").theirs == "$0.007596"
    assert laid_out("text-not-number", "f(1, 2) = 'a'", returned="'a'").theirs == "'a'"


def test_no_formula_is_put_into_the_students_mouth() -> None:
    """Where the mistake's formula does not give the observed value, only the right one is shown."""
    assert laid_out("prices-swapped", "$0.001111").equation == ()
    assert laid_out("typed-in", "$0.007596").equation == ()


def test_the_three_models_are_compared() -> None:
    """What the same tokens cost on each model, and how many times as much."""
    models = laid_out("prices-swapped", "$0.007596").models
    assert [(each.model, each.dollars, each.times, each.used) for each in models] == [
        ("claude-haiku-4-5", "$0.005892", "1", True),
        ("claude-sonnet-4-6", "$0.017676", "3", False),
        ("claude-opus-4-8", "$0.029460", "5", False),
    ]


def test_a_bill_of_several_calls_is_not_forced_into_one_formula() -> None:
    """Where the counts at these prices do not give the cost, no bill is drawn."""
    assert cost_of(check(facts=FACTS | {"cost": "$0.009999"}), COURSE) is None
    assert costs_of((check(facts={}),), COURSE) == ()
