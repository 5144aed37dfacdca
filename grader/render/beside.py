"""What two checks say together: a right function beside a wrong printed number, or the other way round.

Says only what both verdicts and the calls in the trace show; judges nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from grader.render.seen import Plan
from grader.report import CheckReport, ExerciseReport
from grader.trace import Trace, ValueReturned

_FUNCTION, _PRINTED = "cost.cost_function", "cost.cost_printed"
_ONE_CHECK = "cost.forecast"  # judges the function first, then what is printed
_SAYS_NOTHING = frozenset(
    {"label-missing", "list-of-guesses", "rounded-away", "error-swallowed", "typed-in", "other-models-price"}
)


def said_beside(check: CheckReport, exercise: ExerciseReport, plan: Plan, traces: Mapping[str, Trace]) -> str:
    """Say where a cost function and the printed cost do not agree; '' where they do, or nothing is known."""
    if check.outcome != "failed" or _SAYS_NOTHING.intersection(check.misconceptions):
        return ""
    if check.facts.get("decimal_comma"):
        return ""
    kinds = plan.kinds
    function = next((name for name, kind in plan.functions.items() if kind == "counts"), "")
    outcomes = {kinds.get(each.name): each.outcome for each in exercise.checks}
    calls = _calls(function, traces)
    kind = kinds.get(check.name)
    printed_wrong = (kind == _PRINTED and outcomes.get(_FUNCTION) == "passed") or (
        kind == _ONE_CHECK and not check.facts.get("function")
    )
    if printed_wrong and calls and "cost" in check.facts and not check.observed.startswith("no "):
        return (
            f"`{function}` itself is right: all {calls} calls of it that were tried gave the right number. So look at "
            "what your program hands to it, and at what happens to the result before it is printed."
        )
    if kind == _FUNCTION and outcomes.get(_PRINTED) == "passed" and check.misconceptions:
        return f"The cost that was printed is right all the same, so `{function}` has not computed it."
    return ""


def _calls(function: str, traces: Mapping[str, Trace]) -> int:
    """How many calls of a function came back in the run in which functions are called."""
    run = traces.get(Trace.FUNCTIONS)
    events = () if run is None else run.events
    found = [event for event in events if isinstance(event, ValueReturned) and event.function == function]
    return sum(event.value.get("type") != "missing" for event in found)
