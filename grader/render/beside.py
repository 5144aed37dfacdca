"""What two checks say together: a right function beside a wrong printed number, or the other way round.

Says only what both verdicts and the calls show; judges nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from grader.render.seen import Plan
from grader.report import CheckReport, ExerciseReport

_FUNCTION, _PRINTED = "cost.cost_function", "cost.cost_printed"
_ONE_CHECK = "cost.forecast"  # judges the function first, then what is printed
_SAYS_NOTHING = frozenset(
    {"label-missing", "list-of-guesses", "rounded-away", "error-swallowed", "typed-in", "other-models-price"}
)


def said_beside(check: CheckReport, exercise: ExerciseReport, plan: Plan, calls: Mapping[str, int]) -> str:
    """Say where a cost function and the printed cost do not agree; '' where they do, or nothing is known.

    `calls` are how many calls of each function came back in the run in which functions are called.
    """
    if check.outcome != "failed" or _SAYS_NOTHING.intersection(check.misconceptions):
        return ""
    if check.facts.get("decimal_comma"):
        return ""
    kinds = plan.kinds
    function = next((name for name, kind in plan.functions.items() if kind == "counts"), "")
    outcomes = {kinds.get(each.name): each.outcome for each in exercise.checks}
    kind = kinds.get(check.name)
    printed_wrong = (kind == _PRINTED and outcomes.get(_FUNCTION) == "passed") or (
        kind == _ONE_CHECK and not check.facts.get("function")
    )
    if printed_wrong and calls.get(function) and "cost" in check.facts and not check.observed.startswith("no "):
        return (
            f"`{function}` itself is right: all {calls[function]} calls of it that were tried gave the right number. "
            "So look at what your program hands to it, and at what happens to the result before it is printed."
        )
    if kind == _FUNCTION and outcomes.get(_PRINTED) == "passed" and check.misconceptions:
        return f"The cost that was printed is right all the same, so `{function}` has not computed it."
    return ""
