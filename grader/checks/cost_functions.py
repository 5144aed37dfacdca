"""Whether the dollars are right that a module's cost function returns, and at whose price it should compute them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from grader.checks import figures
from grader.checks.bills import other_model, price_facts
from grader.checks.claims import Call, calls_of, constant
from grader.checks.formulas import function_mistakes, is_close, rounds_away
from grader.checks.functions import Expectation, judge_function
from grader.checks.verdict import Case, Verdict
from grader.course import Price
from grader.fixtures.separation import Call as Formula

ROUNDED_AWAY = "rounded-away"
MOST_LOOKED_AT = 20  # of the calls of one run, when it is asked which mistake fits


def cost_function(case: Case) -> Verdict:
    """Pass when the function that is called with counts is right for every call.

    The function is the one that the exercise declares as `counts`; it is given (input tokens, output tokens) and
    returns dollars: (input tokens × input price + output tokens × output price) ÷ 1,000,000, at the prices of
    `course.yaml` (source: the price list that is named there, with its date), compared to 1 part in 10⁶. The price
    is that of the module's `MODEL`, else of the model that it sends, else of the course's default. Skipped where
    the function could not be called.

    Facts: `function`, `call`, `returned`, `cost`, `input_tokens`, `output_tokens`, `model`, `input_price`,
    `output_price`, `other_model` (whose price would give what was returned); `error` and `error_line` where it
    raised; `label`.
    """
    assert case.functions is not None  # an exercise with functions is judged with their trace
    function = next(name for name, kind in case.exercise.functions.items() if kind == "counts")
    return judge_function(case, function, calls_of(case.functions, function, 2), expected_cost(case))


def expected_cost(case: Case) -> Expectation:
    """What a cost function of this module should return."""
    model, price = model_of_functions(case)
    others = tuple((p.input_usd, p.output_usd) for p in case.course.prices.models.values() if p != price)
    formula = Formula(input_tokens=0, output_tokens=0, price=(price.input_usd, price.output_usd), other_prices=others)
    limits = list(dict.fromkeys(e.max_tokens for e in case.trace.messages if e.max_tokens is not None))

    def right(call: Call) -> Decimal:
        return price.cost(*_counts(call))

    def mistakes(calls: Sequence[Call]) -> tuple[str, ...]:
        fitting = (
            name
            for name, dollars in function_mistakes(formula, limits[:MOST_LOOKED_AT])
            if all(call.value is not None and is_close(call.value, dollars(*_counts(call))) for call in calls)
        )
        returned = [(*_counts(call), call.value) for call in calls if call.value is not None]
        rounded = (ROUNDED_AWAY,) if rounds_away(formula, returned) else ()
        found = tuple(dict.fromkeys((*fitting, *rounded)))
        if "floor-division" in found and ROUNDED_AWAY in found:  # both are 0: the source tells them apart
            unlikely = ROUNDED_AWAY if case.source.floor_division is not None else "floor-division"
            found = tuple(name for name in found if name != unlikely)
        return found

    def words(call: Call) -> dict[str, str]:
        counts = _counts(call)
        return price_facts(case.course.prices, model) | {
            "input_tokens": figures.tokens(counts[0]),
            "output_tokens": figures.tokens(counts[1]),
            "cost": figures.usd(right(call)),
            "other_model": other_model(case.course.prices, model, lambda p: _returns(call, p.cost(*counts))),
        }

    return Expectation(right=right, is_right=is_close, shown=figures.usd, mistakes=mistakes, words=words)


def _returns(call: Call, value: Decimal) -> bool:
    return call.value is not None and is_close(call.value, value)


def _counts(call: Call) -> tuple[int, int]:
    return int(call.given[0]), int(call.given[1])


def model_of_functions(case: Case) -> tuple[str, Price]:
    """The model whose price a module's functions should use, and that price."""
    prices = case.course.prices
    named = None if case.functions is None else constant(case.functions, "MODEL")
    traces = [case.trace] if case.functions is None else [case.trace, case.functions]
    sent = (exchange.model for trace in traces for exchange in (*trace.messages, *trace.counts))
    for model in (named, *sent):
        name = prices.name_of(model)
        if name is not None:
            return name, prices.models[name]
    return case.course.default_model, prices.models[case.course.default_model]
