"""Values of which some are of one call and some the totals of all: what is said of them. Words only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from grader.checks.bills import Bill
from grader.checks.printed import Printed


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
