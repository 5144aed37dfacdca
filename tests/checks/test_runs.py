"""Whether the runs per dollar are right, returned and printed."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest

from grader.checks.runs import runs_per_dollar
from grader.checks.verdict import Verdict
from tests.checks.cases import case_of, probed, right_cost, right_runs
from tests.traces import TraceBuilder

COUNTS = "input tokens: 21\noutput tokens: 77\n"  # $0.000406, 2,463.05 runs
RIGHT = COUNTS + "cost: 0.000406\nruns per dollar: 2463\n"


def judged(
    printed: str = RIGHT,
    runs: Any = right_runs,
    cost: Any = right_cost,
    *,
    builder: TraceBuilder | None = None,
    status: int = 0,
) -> Verdict:
    builder = builder or TraceBuilder(source="x = 1\n").message(
        usage=(21, 77), text="A b c d e f.", content="Please say it"
    )
    functions = probed(call_cost=cost, runs_per_dollar=runs)
    return runs_per_dollar(case_of(builder.prints(printed).exits(status), functions))


def swapped(i: int, o: int) -> float:
    return (i * 5 + o) / 1e6


# ---------------------------------------------------------------- the function


def decimal_runs(cost: Decimal) -> Decimal:
    return Decimal(1) / cost


@pytest.mark.parametrize(
    ("runs", "cost"),
    [
        (right_runs, right_cost),
        (lambda c: int(1 / c), right_cost),
        (lambda c: 1 / c + 0.99, right_cost),
        (decimal_runs, lambda i, o: Decimal(i + 5 * o) / 1_000_000),
        (right_runs, swapped),
        (right_runs, lambda i, o: f"{right_cost(i, o)}"),
    ],
)
def test_right_functions_pass(runs: Any, cost: Any) -> None:
    """Within one run; a Decimal stays one; where the cost is wrong, floats are given."""
    assert judged(runs=runs, cost=cost).outcome == "passed"


def test_a_function_that_copes_with_its_own_cost_only_fails_where_that_is_wrong() -> None:
    """Where call_cost is wrong, a float is given, and Decimal arithmetic refuses it."""
    verdict = judged(runs=decimal_runs, cost=lambda i, o: Decimal(5 * i + o) / 1_000_000)
    assert verdict.outcome == "failed"
    assert "TypeError" in verdict.message


@pytest.mark.parametrize(
    ("runs", "misconceptions"),
    [
        (lambda c: c, ("runs-inverted",)),
        (lambda c: 0.01 / c, ("runs-per-cent",)),
        (lambda c: 100 / c, ("runs-per-cent",)),
        (lambda c: 1 / float(f"{c:.2g}"), ("runs-from-rounded",)),
        (lambda c: int(1 / round(c, 4)), ("runs-from-rounded",)),
        (lambda c: None, ("returns-nothing",)),
        (lambda c: f"{1 / c:.0f}", ("text-not-number",)),
        (lambda c: 2463, ("typed-in",)),
        (lambda c: 1 / c + 1.01, ()),
        (lambda c: 2 / c, ()),
        (None, ("function-missing",)),
    ],
)
def test_wrong_functions_are_named(runs: Any, misconceptions: tuple[str, ...]) -> None:
    """Every call must fit the mistake."""
    verdict = judged(runs=runs)
    assert (verdict.outcome, verdict.misconceptions) == ("failed", misconceptions)
    assert verdict.of_functions


def test_the_words_speak_of_the_smallest_cost() -> None:
    """The lesson's own cost is told, and what a dollar divided by it is."""
    verdict = judged(runs=lambda c: c)
    assert verdict.message == "`runs_per_dollar(0.000406)` returned 0.000406; it should return 2463.05."
    assert verdict.facts["cost"] == "$0.000406"


def test_two_mistakes_in_one_program_are_both_named() -> None:
    """The function is upside down, and what is printed follows from a wrong cost."""
    printed = COUNTS + "cost: 0.000182\nruns per dollar: 5494.5\n"
    assert judged(printed, lambda c: c, swapped).misconceptions == ("runs-inverted", "prices-swapped")


def test_what_the_function_explains_is_named_once() -> None:
    """The printed number of the same wrong function adds no second name."""
    printed = COUNTS + "cost: 0.000406\nruns per dollar: 24.63\n"
    assert judged(printed, lambda c: 0.01 / c).misconceptions == ("runs-per-cent",)


# ---------------------------------------------------------------- the number printed


@pytest.mark.parametrize("value", ["2463", "2463.05", "2,463", "2462.06", "2464"])
def test_the_number_of_the_call_passes(value: str) -> None:
    """Within one run."""
    assert judged(f"{COUNTS}runs per dollar: {value}\n").outcome == "passed"


@pytest.mark.parametrize(
    ("cost", "runs", "misconceptions"),
    [
        ("0.000182", "5494.5", ("prices-swapped",)),
        ("406", "0.002463", ("not-divided",)),
        ("406", "0", ("not-divided",)),
        ("21.000385", "0", ()),
        ("0.000406", "0.000406", ("runs-inverted",)),
        ("0.000406", "24.63", ("runs-per-cent",)),
        ("0.000406", "246305", ("runs-per-cent",)),
        ("0.00041", "2439", ("runs-from-rounded",)),
        ("0.000406", "3000", ()),
        ("0.000406", "3000 (at $0.000406 a call)", ()),
        ("0.000406", "3000, for 1 question", ()),
    ],
)
def test_a_wrong_number_is_named_by_its_formula(cost: str, runs: str, misconceptions: tuple[str, ...]) -> None:
    """Where the cost is wrong as well, the mistake about the cost comes alone."""
    verdict = judged(f"{COUNTS}cost: {cost}\nruns per dollar: {runs}\n")
    assert (verdict.outcome, verdict.misconceptions) == ("failed", misconceptions)
    assert verdict.expected == "2,463.05"


def test_two_wrong_numbers_are_both_named() -> None:
    """What was observed is the first of them."""
    verdict = judged(f"{COUNTS}runs per dollar: 5494.5\nruns per dollar: 821\n")
    assert verdict.misconceptions == ("prices-swapped", "other-models-price")
    assert verdict.observed == "5494.5"


def test_no_mistake_about_the_cost_is_thought_of_where_the_program_shows_another() -> None:
    """A printed cost that none of them gives, or a right function where no cost can be read."""
    assert judged(f"{COUNTS}cost: 0.588000\nruns per dollar: 2\n").misconceptions == ()
    assert judged(f"{COUNTS}cost: less than a cent\nruns per dollar: 2.463 k\n").misconceptions == ()
    thousand = judged(f"{COUNTS}runs per dollar: 2.46\n", cost=lambda i, o: (i + 5 * o) / 1000)
    assert thousand.misconceptions == ("per-thousand",)


def test_a_cost_in_the_same_row_is_not_in_the_place_of_the_runs() -> None:
    """A table holds both; which of its numbers is wrong is not the cost."""
    table = (
        "| input tokens | output tokens | cost | runs per dollar |\n|---|---|---|---|\n| 21 | 77 | 0.000406 | 3000 |\n"
    )
    assert judged(table).misconceptions == ()
    assert judged(table.replace("3000", "246305")).misconceptions == ("runs-per-cent",)


def test_a_function_that_rounds_up_to_one_did_not_return_the_cost() -> None:
    """One run is not $0.000406."""
    assert judged(runs=math.ceil).misconceptions == ()


def test_a_wrong_cost_behind_the_number_is_told() -> None:
    """The words translate the runs back into dollars, and name the other model."""
    verdict = judged(f"{COUNTS}cost: 0.001218\nruns per dollar: 821\n")
    assert (verdict.observed, verdict.expected) == ("821", "2,463.05")
    assert verdict.facts["observed"] == "821 runs per dollar (a cost of $0.001218 a run)"
    assert verdict.facts["other_model"] == "claude-sonnet-4-6"
    long = judged(f"{COUNTS}cost: 0.000385\nruns per dollar: 2597.402597402597\n")
    assert long.facts["observed"] == "2,597.40 runs per dollar (a cost of $0.000385 a run)"


def test_without_a_printed_cost_mistakes_about_it_are_thought_of() -> None:
    """The runs alone show it too."""
    assert judged(f"{COUNTS}runs per dollar: 5494.5\n").misconceptions == ("prices-swapped",)


def test_the_label_may_be_missing() -> None:
    """The right number stands there bare; a wrong one does not."""
    assert judged(f"{COUNTS}about 2463 times\n").misconceptions == ("label-missing",)
    assert judged(f"{COUNTS}about 2563 times\n").misconceptions == ()
    assert judged(COUNTS, status=1).because == "runs"


def test_a_list_of_guesses_is_told() -> None:
    """Eleven numbers for one call."""
    assert judged("".join(f"runs per dollar: {n}\n" for n in range(2455, 2466))).misconceptions == ("list-of-guesses",)


def test_all_four_values_are_of_one_call() -> None:
    """A table shows both calls; the runs must be of the call whose cost is shown."""

    def two() -> TraceBuilder:
        return TraceBuilder().message(usage=(21, 77)).message(usage=(40, 92))

    table = "input tokens: 21 | 40\noutput tokens: 77 | 92\n"
    assert judged(f"{table}cost: 0.000406\nruns per dollar: 2463\n", builder=two()).outcome == "passed"
    assert judged(f"{table}runs per dollar: 2000\n", builder=two()).outcome == "passed"
    mixed = judged(f"{table}cost: 0.000406\nruns per dollar: 2000\n", builder=two())
    assert (mixed.outcome, mixed.misconceptions) == ("failed", ("calls-mixed",))


def test_runs_of_one_call_beside_totals_are_told_as_that() -> None:
    """The totals are no call's, so the values are not each one call's."""
    two = TraceBuilder().message(usage=(21, 77)).message(usage=(40, 92))
    wrong = judged("input tokens: 61\noutput tokens: 169\ncost: 0.0005\nruns per dollar: 2000\n", builder=two)
    assert (wrong.outcome, wrong.misconceptions) == ("failed", ())
    assert "2000 is the number of runs per dollar of call 2 alone" in wrong.message
    assert "the calls' $0.000906 is 1,103.75" in wrong.message


def test_a_model_without_a_price_has_no_number() -> None:
    """It is told, and not guessed."""
    verdict = judged(builder=TraceBuilder().message(model="claude-next", usage=(21, 77)))
    assert verdict.outcome == "failed"
    assert "'claude-next'" in verdict.message


def test_a_call_that_cost_nothing_has_no_number() -> None:
    """No division by zero in the grader."""
    assert "no tokens" in judged(builder=TraceBuilder().message(usage=(0, 0))).message


def test_without_an_answer_the_function_still_counts() -> None:
    """A wrong function fails; a right one leaves nothing to judge; made-up numbers fail."""
    assert judged("hello\n", builder=TraceBuilder()).because == "calls_api"
    assert judged("hello\n", lambda c: c, builder=TraceBuilder()).misconceptions == ("runs-inverted",)
    assert judged(RIGHT, builder=TraceBuilder()).outcome == "failed"


def test_functions_that_could_not_be_imported_stand_in_the_way() -> None:
    """The printed number is right, and the function cannot be called: not judged. A wrong number fails."""
    functions = TraceBuilder(scenario="functions").names(raised="EOFError: x").exits()
    for printed, outcome in ((RIGHT, "skipped"), (COUNTS + "runs per dollar: 1\n", "failed")):
        builder = TraceBuilder().message(usage=(21, 77)).prints(printed).complains("x").exits(1)
        assert runs_per_dollar(case_of(builder, functions)).outcome == outcome
