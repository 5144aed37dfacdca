"""Values of one call beside the totals of all, and an amount printed in its two parts: what is said of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from grader.checks.bills import Bill
from grader.checks.labelled import Loose
from grader.checks.printed import Printed, usd_matches
from grader.checks.verdict import Case

_OUTPUT_MISSING = ("output-missing", "forecast-without-output")


def beside_totals(
    read: Sequence[Bill], every: Sequence[Bill], kind: str, find: Callable[[Decimal], Printed | None]
) -> str:
    """Say which bill a printed value is of, where the counts printed are of the other sort; '' where it is not so.

    `read` are the bills whose counts are printed, `kind` names the value for people, and `find` looks for the value
    that goes with a cost.
    """
    sorts = {_is_total(bill) for bill in read}
    if len(sorts) != 1:
        return ""
    (totals,) = sorts
    together = len(every) - 1
    for bill in every:
        found = find(bill.cost) if bill.cost and _is_total(bill) != totals else None
        if found is not None and totals:
            call = every.index(bill) + 1
            return (
                f" The tokens printed are the totals of all {together:,} calls, and {found.text} is the {kind} of "
                f"call {call:,} alone: print the totals in every line, or the values of one call."
            )
        if found is not None:
            return (
                f" The tokens printed are those of one call, and {found.text} is the {kind} of all {together:,} calls "
                "together: print the values of one call in every line, or the totals."
            )
    return ""


def _is_total(bill: Bill) -> bool:
    return len(bill.exchanges) > 1


def without_parts(case: Case, fitting: Mapping[str, Printed], right: Decimal) -> tuple[tuple[str, ...], str] | None:
    """Tell an amount that is printed in two, for input and output: what fits then, and what to say; None where not.

    `fitting` are the mistakes that fit, each with the number that it gives. Those of a third number, which may be the
    sum, stay.
    """
    of_output = fitting.get("input-missing")
    of_input = next((fitting[name] for name in _OUTPUT_MISSING if name in fitting), None)
    if of_output is None or of_input is None or of_output.offset == of_input.offset:
        return None
    parts = of_output.offset, of_input.offset
    others = tuple(name for name, printed in fitting.items() if printed.offset not in parts)
    if others:
        return others, ""
    if Loose(case).holds(usd_matches, [right]):
        return ("label-missing",), " It is the sum of the two, and stands there under another name."
    return (), " What it printed is for the tokens in and for those out; their sum is asked for."
