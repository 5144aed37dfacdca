"""Whether the runs per dollar are right: what the function returns, and the number that is printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from grader.checks import figures
from grader.checks.bills import Bill, bills, other_model, unpriced_message
from grader.checks.claims import Call, calls_of
from grader.checks.cost import costs_by_mistake
from grader.checks.cost_functions import MOST_LOOKED_AT, cost_function, expected_cost
from grader.checks.formulas import is_close, runs_mistakes
from grader.checks.functions import Expectation, judge_function
from grader.checks.labelled import Labelled, Loose
from grader.checks.labels import COST, RUNS
from grader.checks.mixtures import beside_totals
from grader.checks.printed import Printed, runs_matches
from grader.checks.usage import bills_read, usage_facts
from grader.checks.values import list_of_guesses, unanswered, unlabelled, with_values
from grader.checks.verdict import Case, Verdict, failed, passed

_OF_RUNS = frozenset(name for name, _ in runs_mistakes(Decimal("0.01")))
_OF_THE_FORMULA = frozenset(
    {"one-price-input", "one-price-output", "prices-averaged", "prices-summed", "per-thousand", "not-divided"}
)
_SHORT = 10  # signs of a number that is said as it was printed
_MANY_RUNS = 20  # from here on a printed number may be one off; below, its own digits decide


def runs_per_dollar(case: Case) -> Verdict:
    """Pass when the function is right for every cost, and the number printed is that of the call.

    The function is the one that the exercise declares as `cost`; it is given dollars, never 0, and returns 1 ÷
    dollars. Label: `runs per dollar`. Both are right within one run, so a whole number is. What the module's own
    cost function returned is asked first, where that was right.

    Facts: `cost`, `runs`, `model`, `function`, `call`, `returned`, `label`; those of
    `grader.checks.cost_functions.cost_function` for the call.
    """
    function = _function(case)
    printed = _printed(case)
    if function.outcome == "failed":
        own = function.misconceptions
        more = printed.misconceptions if printed.outcome == "failed" else ()
        if own:  # what the function returns explains what is printed, a wrong cost aside
            more = tuple(name for name in more if name not in _OF_RUNS)
        return replace(function.fitting(*own, *more), facts={**_only_known(printed), **function.facts})
    if printed.outcome == "failed" or function.outcome == "passed":
        return printed
    return function


def _only_known(printed: Verdict) -> dict[str, str]:
    return {name: printed.facts[name] for name in ("cost", "runs", "model") if name in printed.facts}


# ---------------------------------------------------------------- the function


def _function(case: Case) -> Verdict:
    assert case.functions is not None  # an exercise with functions is judged with their trace
    name = next(name for name, kind in case.exercise.functions.items() if kind == "cost")
    calls = [call for call in calls_of(case.functions, name, 1) if call.given[0]]
    judged = _with_own_cost(case, calls)
    every_cost_right = len(judged) == _own_costs(case)
    if not (judged and every_cost_right):
        judged = (*judged, *(call for call in calls if call.event.of is None))

    def right(call: Call) -> Decimal:
        return 1 / call.given[0]

    def mistakes(calls: Sequence[Call]) -> tuple[str, ...]:
        return tuple(name for name in sorted(_OF_RUNS) if all(_is_mistaken(call, name) for call in calls))

    def words(call: Call) -> dict[str, str]:
        return {"cost": figures.usd(call.given[0]), "runs": figures.runs(right(call))}

    expectation = Expectation(right=right, is_right=_within_one, shown=figures.runs, mistakes=mistakes, words=words)
    return judge_function(case, name, judged, expectation)


def _with_own_cost(case: Case, calls: Sequence[Call]) -> tuple[Call, ...]:
    """The calls that were given what the module's own cost function had returned, where that was right."""
    right = _right_costs(case)
    return tuple(call for call in calls if call.event.of in right)


def _right_costs(case: Case) -> dict[int | None, Decimal]:
    """The right costs, not 0, that the module's cost function returned, by the number of the call."""
    assert case.functions is not None
    function = next(name for name, kind in case.exercise.functions.items() if kind == "counts")
    expectation = expected_cost(case)
    places = {event.seq: at for at, event in enumerate(case.functions.values_returned)}
    found: dict[int | None, Decimal] = {}
    for call in calls_of(case.functions, function, 2):
        right = expectation.right(call)
        if right and call.value is not None and is_close(call.value, right):
            found[places[call.event.seq]] = right
    return found


def _own_costs(case: Case) -> int:
    """How many calls of the cost function have a cost that is not 0."""
    assert case.functions is not None
    function = next(name for name, kind in case.exercise.functions.items() if kind == "counts")
    return sum(any(call.given) for call in calls_of(case.functions, function, 2))


def _within_one(value: Decimal, right: Decimal) -> bool:
    return abs(value - right) <= 1


def _is_mistaken(call: Call, name: str) -> bool:
    """Tell whether a mistake gives what a call returned."""
    values = (value for each, value in runs_mistakes(call.given[0]) if each == name)
    returned = call.value
    return returned is not None and any(_is_near(returned, value) for value in values)


def _is_near(returned: Decimal, value: Decimal) -> bool:
    whole = returned == returned.to_integral_value()
    near = abs(returned - value) <= 1 if value >= _MANY_RUNS else whole and -1 <= returned - value <= Decimal("0.5")
    return is_close(returned, value) or near


# ---------------------------------------------------------------- the number printed


def _printed(case: Case) -> Verdict:
    printed = Labelled(case, RUNS)
    every = bills(case)
    if not every:
        return unanswered(case, [printed], because="calls_api")
    if (guesses := list_of_guesses([printed])) is not None:
        return guesses
    wanted = [(bill, bill.cost) for bill in _of_one_call(case) or every if bill.cost]
    if not wanted:
        return _without_cost(case, next((bill for bill in every if bill.unpriced is not None), every[0]))
    for bill, cost in wanted:
        if (right := printed.runs(1 / cost)) is not None:
            evidence = (*bill.answered_seqs[:1], printed.seq(right))
            shown = figures.runs(1 / cost)
            verdict = passed(expected=shown, observed=right.text, evidence=evidence, **_facts(case, bill, cost))
            fitting = [name for name, value in runs_mistakes(cost) if _fits(right, value)]
            return _told(verdict.fitting(*fitting), printed, cost)
    return _wrong(case, printed, wanted, every)


def _of_one_call(case: Case) -> tuple[Bill, ...]:
    """The calls whose counts are printed; of these the ones whose cost is printed too, where there are any."""
    costs = Labelled(case, COST, money=True)
    read = bills_read(case)
    return tuple(bill for bill in read if bill.cost is not None and costs.usd(bill.cost) is not None) or read


def _facts(case: Case, bill: Bill, cost: Decimal) -> dict[str, str]:
    return usage_facts(case, bill) | {"runs": figures.runs(1 / cost), "label": RUNS}


def _told(verdict: Verdict, printed: Labelled, cost: Decimal) -> Verdict:
    return with_values(verdict, [(RUNS, printed.told)], [(RUNS, figures.runs(1 / cost))])


def _without_cost(case: Case, bill: Bill) -> Verdict:
    if bill.unpriced is None:
        message = "The answer used no tokens, so there is no number of runs per dollar."
        return failed(message, expected="a call that cost something", observed="a call that cost nothing", label=RUNS)
    return failed(
        unpriced_message(bill.unpriced, case.course.prices),
        expected="a model with a price",
        observed=f"the model {bill.unpriced!r}",
        model=bill.unpriced,
        label=RUNS,
    )


def _wrong(case: Case, printed: Labelled, wanted: Sequence[tuple[Bill, Decimal]], every: Sequence[Bill]) -> Verdict:
    bill, cost = wanted[0]
    observed = printed.shown if printed else f"no {RUNS}"
    shown = observed
    ids: list[str] = []
    other = ""
    seen: dict[str, str] = {}
    for each, its_cost in wanted[:MOST_LOOKED_AT]:
        for name, found, dollars in _fitting(case, printed, each, its_cost, every):
            if not ids:
                bill, cost = each, its_cost
                other = _other_model(case, each, dollars)
                shown = found.text
                if dollars is not None:
                    short = found.text if len(found.text) <= _SHORT else figures.runs(found.value)
                    said = f"{short} {RUNS} (a cost of {figures.usd(dollars)} a run)"
                    seen = {"observed": said}
            ids.append(name)
    if not printed:
        unexplained = unlabelled(case, printed, runs_matches, (1 / right for _, right in wanted))
        if isinstance(unexplained, Verdict):
            return unexplained
        ids = [*unexplained]
        bill, cost = next(((b, c) for b, c in wanted if Loose(case).holds(runs_matches, [1 / c])), (bill, cost))
    expected = figures.runs(1 / cost)
    of = ("call's " if len(bill.exchanges) == 1 else "calls' ") + figures.usd(cost)
    mixture = "" if ids else beside_totals(bills_read(case), every, f"number of {RUNS}", lambda c: printed.runs(1 / c))
    verdict = failed(
        f"The program printed {observed}; one dollar divided by the {of} is {expected}.{mixture}",
        *dict.fromkeys(ids),
        expected=expected,
        observed=shown,
        evidence=(*bill.answered_seqs[:1], *printed.evidence),
        **(_facts(case, bill, cost) | {"other_model": other}),
    ).with_facts(**seen)
    return _told(verdict, printed, cost)


def _other_model(case: Case, bill: Bill, dollars: Decimal | None) -> str:
    """The model at whose prices a wrong cost is right, '' where there is none."""
    tokens = bill.input_tokens, bill.output_tokens
    return other_model(case.course.prices, bill.exchanges[0].model, lambda price: price.cost(*tokens) == dollars)


def _fitting(
    case: Case, printed: Labelled, bill: Bill, cost: Decimal, every: Sequence[Bill]
) -> Iterator[tuple[str, Printed, Decimal | None]]:
    """Name the mistakes that give a printed number, the number, and the wrong cost behind it, where there is one.

    A mistake that the printed cost shows as well comes alone: the runs follow from it. Where it shows none of them, no
    mistake about the cost is thought of, and none of its formula where the function is right. A printed 0 alone says
    nothing: many mistakes give less than half.
    """
    costs = Labelled(case, COST, money=True)
    derived: list[tuple[str, Printed, Decimal | None]] = []
    for name, value in costs_by_mistake(case, bill):
        found = printed.first(lambda p, value=value: bool(value) and _fits(p, 1 / value))  # type: ignore[misc]  # the default binds it now
        if found is not None:
            derived.append((name, found, value))
    followed = [each for each in derived if each[2] is not None and costs.usd(each[2]) is not None]
    if followed:
        yield from followed
        return
    if any(printed_cost.value for printed_cost in costs.distinct):
        derived = []  # it is right, or wrong in another way
    elif cost_function(case).outcome == "passed":
        derived = [each for each in derived if each[0] not in _OF_THE_FORMULA]
    for other in every:
        alone = len(bill.exchanges) == len(other.exchanges) == 1
        if alone and other.cost and (found := printed.runs(1 / other.cost)) is not None:
            yield "calls-mixed", found, other.cost
    for name, value in runs_mistakes(cost):
        found = printed.first(lambda p, value=value: _fits(p, value))  # type: ignore[misc]  # the default binds it now
        if found is None or found.value == 0:
            continue
        if name != "runs-inverted" or not _is_beside(found, printed, costs.usd(cost)):
            yield name, found, None
    yield from (each for each in derived if each[1].value != 0)


def _is_beside(found: Printed, printed: Labelled, cost: Printed | None) -> bool:
    """Tell a cost that stands beside the number of runs (in its row, in an explanation) from one in its place."""
    if cost is None or len(printed.distinct) == 1:
        return False
    return found.offset == cost.offset or found.offset != printed.distinct[0].offset


def _fits(printed: Printed, value: Decimal) -> bool:
    """Tell whether a printed number is another one, rounded or cut off where its own digits end."""
    if value >= _MANY_RUNS:
        return abs(printed.value - value) <= 1
    unit = Decimal(1).scaleb(-max(0, -int(printed.raw.as_tuple().exponent)))
    return -unit < printed.value - value <= unit / 2
