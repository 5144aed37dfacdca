"""Whether the dollars are right that a program printed as the cost of a call, or of its stream."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from grader.checks import figures
from grader.checks.bills import Bill, bills, other_model, unpriced_message
from grader.checks.commas import of_decimal_comma
from grader.checks.cost_functions import MOST_LOOKED_AT, ROUNDED_AWAY, cost_function
from grader.checks.final import never_read, no_stream
from grader.checks.formulas import cost_mistakes, digits_needed
from grader.checks.labelled import Labelled, Loose
from grader.checks.labels import COST, INPUT, OUTPUT
from grader.checks.mixtures import beside_totals, without_parts
from grader.checks.printed import Printed, usd_matches, usd_rounded_away, usd_shortened, usd_tells
from grader.checks.small_units import of_small_unit, small_unit
from grader.checks.stream_loops import called
from grader.checks.streaming import judged_stream
from grader.checks.usage import BY_HAND, bills_read, hand_figures, reads_counts, taken_from, usage_facts
from grader.checks.values import list_of_guesses, unanswered, unlabelled, with_values
from grader.checks.verdict import Case, Verdict, failed, passed
from grader.course import Price
from grader.trace import Exchange

_TELLING = 3  # digits
_ENOUGH_DECIMALS = 5  # to leave two digits of a tenth of a cent

Mistake = tuple[str, Decimal]


def cost_printed(case: Case) -> Verdict:
    """Pass when the printed cost is that of the call whose counts are printed (or of any, where none are).

    Label: `cost`, in dollars or cents. Right is (input tokens × input price + output tokens × output price) ÷
    1,000,000 at the price of the model in the request, rounded or cut to two or more significant digits (see
    `grader.checks.printed.usd_matches`); the total of all calls is right as well. Skipped where no call was
    answered.

    Facts: those of `grader.checks.usage.reads_usage`; `input_price`, `output_price`, `other_model` (whose price
    would give what was printed).
    """
    printed = Labelled(case, COST, money=True)
    every = bills(case)
    if not every:
        return unanswered(case, [printed], because="calls_api")
    read = bills_read(case)
    verdict = judge_cost(case, printed, read or every, [*_crossed(read, every)] if len(every) > 1 else [])
    if verdict.outcome == "failed" and not verdict.misconceptions:
        verdict = replace(verdict, message=verdict.message + beside_totals(read, every, COST, printed.usd))
    return verdict


def _crossed(read: Sequence[Bill], every: Sequence[Bill]) -> Iterator[Mistake]:
    """The costs of each call, and of one call's input with another's output; none where the counts are the totals."""
    if read and all(len(bill.exchanges) > 1 for bill in read):
        return
    alone = [bill for bill in every if len(bill.exchanges) == 1 and bill.calls]
    yield from (("calls-mixed", bill.cost) for bill in alone if bill.cost is not None)
    alone = alone[:MOST_LOOKED_AT]
    for one in alone:
        for other in alone:
            if one.input_tokens != other.input_tokens:  # else it is the other's own cost, or that at this one's price
                yield "calls-mixed", one.calls[0].cost(output_tokens=other.output_tokens)


def stream_cost(case: Case) -> Verdict:
    """Pass when the printed cost is that of the streamed call.

    Label: `cost`, in dollars or cents; right is what the formula of `cost_printed` gives for the stream's final usage.
    Skipped where no stream began.

    Facts: those of `cost_printed`; `create_input_tokens` and `create_output_tokens` of the plain call.
    """
    printed = Labelled(case, COST, money=True)
    stream = judged_stream(case)
    if stream is None:
        return no_stream(case, printed)
    verdict = judge_cost(case, printed, [Bill((stream,), case.course.prices)], [*_of_others(case, stream)])
    if verdict.outcome == "failed" and not verdict.misconceptions and never_read(case, stream):
        return verdict.fitting("stream-never-read")
    return verdict


def _of_others(case: Case, stream: Exchange) -> Iterator[Mistake]:
    for bill in bills(case):
        other = bill.exchanges[0]
        if len(bill.exchanges) == 1 and other.number != stream.number and bill.cost is not None:
            yield from ((name, bill.cost) for name in [taken_from(other, stream)] if name)


def judge_cost(case: Case, printed: Labelled, wanted: Sequence[Bill], others: Sequence[Mistake]) -> Verdict:
    """Judge a printed cost: right for one of the bills, or failed with what it fits; `others` are further mistakes."""
    if (guesses := list_of_guesses([printed])) is not None:
        return guesses
    priced = [(bill, bill.cost) for bill in wanted if bill.cost is not None]
    if not priced:
        return _unpriced(case, wanted[0])
    for bill, cost in priced:
        if (right := printed.usd(cost)) is not None:
            verdict = passed(
                expected=figures.usd(cost),
                observed=right.text,
                evidence=(*bill.answered_seqs[:1], printed.seq(right)),
                **usage_facts(case, bill),
            )
            fitting = [name for name, value in cost_mistakes(bill.calls) if usd_matches(right, value)]
            return with_values(
                verdict.fitting(*fitting, *right_by_chance(right, cost)), [(COST, printed.told)], [(COST, str(cost))]
            )
    return _wrong(case, printed, priced, others)


def _unpriced(case: Case, bill: Bill) -> Verdict:
    model = bill.unpriced or ""
    return failed(
        unpriced_message(model, case.course.prices),
        expected="a model with a price",
        observed=f"the model {model!r}",
        evidence=tuple(exchange.request.seq for exchange in bill.exchanges[:1]),
        model=model,
        label=COST,
    )


def _wrong(case: Case, printed: Labelled, priced: Sequence[tuple[Bill, Decimal]], others: Sequence[Mistake]) -> Verdict:
    """Say what a wrong cost is, and which mistakes give it."""
    bill, cost = priced[0]
    shown: Printed | None = None
    ids: dict[str, Printed] = {}
    facts: dict[str, str] = {}
    for each, its_cost in priced[:MOST_LOOKED_AT]:
        for name, found in _fitting(case, printed, each, its_cost, others):
            if small_unit(case.output.text, found):
                continue  # the formula may be right, and the number is in another unit
            if not ids:
                bill, cost, shown = each, its_cost, found
                told = figures.readable(found.text)
                facts = {"other_model": _other_model(case, each, found), "observed": told}
                facts |= {"by_hand": _hand_figures(each, found)} if name == BY_HAND else {}
            ids.setdefault(name, found)
    named = tuple(ids)
    if _OF_OTHERS.issuperset(named) and named and _is_bare(case, cost):
        named, shown, facts = ("label-missing",), None, {}  # it has the value, and prints another call's as the cost
    parts = without_parts(case, ids, cost)
    if parts is not None:
        named = parts[0]
        shown, facts = (ids[named[0]], {"observed": ids[named[0]].text}) if named and named[0] in ids else (None, {})
    if not printed and not named:
        unexplained = unlabelled(case, printed, usd_matches, (right for _, right in priced))
        if isinstance(unexplained, Verdict):
            return unexplained
        named = unexplained
        bill, cost = next(((b, c) for b, c in priced if Loose(case).holds(usd_matches, [c])), (bill, cost))
    observed = shown.text if shown is not None else printed.shown if printed else f"no {printed.label}"
    comma = of_decimal_comma(case.output.text, printed, cost)
    said = "" if named else of_small_unit(case.output.text, printed)
    if parts is not None:
        said = parts[1]
    if comma is not None:  # the parts before and after it mean nothing
        observed, said = comma
        named, facts = (), facts | {"observed": observed, "decimal_comma": observed}
    models = list(dict.fromkeys(exchange.model for exchange in bill.exchanges))
    expected = figures.usd(cost)
    verdict = failed(
        f"The program printed {observed}; at the price{'s' * (len(models) > 1)} of {figures.listed(models)} "
        f"{figures.tokens(bill.input_tokens)} tokens in and {figures.tokens(bill.output_tokens)} out cost {expected}."
        f"{said}",
        *named,
        expected=expected,
        observed=observed,
        evidence=(*bill.answered_seqs[:1], *((printed.seq(shown),) if shown else printed.evidence)),
        **(usage_facts(case, bill) | {"label": printed.label}),
    ).with_facts(**facts)
    return with_values(verdict, [(printed.label, printed.told)], [(printed.label, str(cost))])


def _fitting(
    case: Case, printed: Labelled, bill: Bill, cost: Decimal, others: Sequence[Mistake]
) -> Iterator[tuple[str, Printed]]:
    """Name the mistakes that give a printed number for one bill, with the number."""
    lost = [] if _of_no_tokens(case, printed) else [*lost_digits(case, printed, cost)]
    for name, value in (*others, *costs_by_mistake(case, bill)):
        found = printed.usd_telling(value, digits_needed(name)) if value else None
        if found is not None and not (name == BY_HAND and lost):
            yield name, found
    yield from lost


_COUNT_OF_NOTHING = re.compile(r"(?:input|output)[ _-]?tokens[^\w\n]*none", re.IGNORECASE)
_OF_OTHERS = frozenset({"usage-from-create", "usage-by-second-call"})


def _is_bare(case: Case, cost: Decimal) -> bool:
    """Tell whether an amount stands on the screen with digits enough to know it, under whatever name."""
    return Loose(case).holds(lambda number, right: usd_tells(number, right, _TELLING), [cost])


def _of_no_tokens(case: Case, printed: Labelled) -> bool:
    """Tell a cost of 0 that was not rounded: the counts on the screen are 0 too, or none."""
    labels = Labelled(case, INPUT), Labelled(case, OUTPUT)
    zero = all(each.value == 0 for each in printed.distinct)
    counted = any(labels) or _COUNT_OF_NOTHING.search(case.output.text) is not None
    return zero and counted and not any(each.value for label in labels for each in label.distinct)


def costs_by_mistake(case: Case, bill: Bill) -> Iterator[Mistake]:
    """Every value that a mistake gives for a bill's cost; where its counts are printed, none was made by hand."""
    read = reads_counts(case, bill)
    yield from ((name, value) for name, value in cost_mistakes(bill.calls) if name != BY_HAND or not read)


def _hand_figures(bill: Bill, printed: Printed) -> str:
    """The figures of the texts that a printed cost was made from."""
    needed = digits_needed(BY_HAND)
    for call in bill.calls:
        if any(usd_tells(printed, call.cost(input_tokens=i), needed) for i in call.prompt_by_hand):
            return hand_figures(bill.exchanges[0], INPUT)
        if any(usd_tells(printed, call.cost(output_tokens=o), needed) for o in call.answer_by_hand):
            return hand_figures(bill.exchanges[0], OUTPUT)
    return "; ".join(hand_figures(bill.exchanges[0], side) for side in (INPUT, OUTPUT))


def lost_digits(case: Case, printed: Labelled, right: Decimal) -> Iterator[tuple[str, Printed]]:
    """Name how digits of an amount were lost: by rounding, or by a division that throws the fraction away."""
    alone = len(printed.distinct) == 1
    found = printed.first(lambda p: usd_rounded_away(p, right) and (bool(p.value) or alone or _is_amount(p)))
    if found is None:
        return
    if found.value == 0 and case.source.floor_division is not None:
        yield "floor-division", found
    elif found.value != 0 or _too_few_decimals(found, right) or _function_rounds(case) or _rounds(case):
        yield ROUNDED_AWAY, found


def _is_amount(printed: Printed) -> bool:
    """Tell a 0 that was an amount from one of a clock, a list or a number of errors."""
    return any(sign in printed.text for sign in ".$¢") or printed.in_cents


def right_by_chance(printed: Printed, right: Decimal) -> tuple[str, ...]:
    """Name the loss of digits where it left a right number: as many decimals may leave too little of another."""
    return (ROUNDED_AWAY,) if usd_shortened(printed, right) else ()


def _function_rounds(case: Case) -> bool:
    """Tell whether the function itself rounds, so that 0 may be printed with any number of decimals."""
    return case.functions is not None and ROUNDED_AWAY in cost_function(case).misconceptions


def _rounds(case: Case) -> bool:
    """Tell whether the program rounds something to a few decimals."""
    calls = (node for node in case.source.nodes if isinstance(node, ast.Call) and called(node) == "round")
    digits = (call.args[1].value for call in calls if len(call.args) == 2 and isinstance(call.args[1], ast.Constant))
    return any(isinstance(kept, int) and kept < _ENOUGH_DECIMALS for kept in digits)


def _too_few_decimals(printed: Printed, right: Decimal) -> bool:
    """Tell whether a printed 0 has too few decimals to show two digits of the right amount."""
    return -int(printed.raw.as_tuple().exponent) + (2 if printed.in_cents else 0) < -right.adjusted() + 1


def _other_model(case: Case, bill: Bill, printed: Printed) -> str:
    """The model at whose prices a printed number is right, '' where there is none."""

    def is_right(price: Price) -> bool:
        return usd_matches(printed, price.cost(bill.input_tokens, bill.output_tokens))

    return other_model(case.course.prices, bill.exchanges[0].model, is_right)
