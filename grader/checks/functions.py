"""The verdict on one function of a module, by what it returned for each call.

Which values are right is the caller's knowledge; how a claim becomes a number is in `claims`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from grader.checks import figures
from grader.checks.claims import Call
from grader.checks.ending import stopped
from grader.checks.verdict import Case, Verdict, failed, passed, skipped
from grader.trace import Trace

_FEWEST_CALLS = 5  # a module that ended the process before so many calls has shown nothing
_SIGNATURE = re.compile(r"positional argument|unexpected keyword|required keyword-only|takes no arguments")
_WANTS_USAGE = re.compile(r"'(?:int|float)' object has no attribute '(?:\w+_tokens|usage)'")
_LESSON = (21, 77)


@dataclass(frozen=True)
class Expectation:
    """What a function should return for each call, when a value is right, and the mistakes that may fit.

    `mistakes` gives for a call every value that a mistake gives, by id. `words` are the facts that belong to a call.
    """

    right: Callable[[Call], Decimal]
    is_right: Callable[[Decimal, Decimal], bool]
    shown: Callable[[Decimal], str]
    mistakes: Callable[[Sequence[Call]], tuple[str, ...]]
    words: Callable[[Call], dict[str, str]]


def judge_function(case: Case, function: str, calls: Sequence[Call], expectation: Expectation) -> Verdict:
    """Judge a function by its calls: passed, failed, or skipped where the module could not be imported."""
    assert case.functions is not None  # an exercise with functions is judged with their trace
    return replace(_judged(case, case.functions, function, calls, expectation), of_functions=True)


def _judged(case: Case, functions: Trace, function: str, calls: Sequence[Call], expectation: Expectation) -> Verdict:
    absent = _not_callable(case, functions, function, calls)
    if absent is not None:
        return absent
    wrong = [call for call in calls if not _is_right(call, expectation)]
    if wrong:
        return _failed(case, function, calls, wrong, expectation)
    if len(calls) < _FEWEST_CALLS or _cut_short(case, functions, function):
        return failed(
            f"`{function}` did not come back from every call: the process ended after {len(calls)} of them.",
            expected="a number from every call",
            observed=f"{len(calls)} calls came back",
            function=function,
        )
    return passed(
        expected="the right number from every call",
        observed=f"{len(calls)} calls, all of them right",
        evidence=(calls[0].event.seq,),
    )


def _is_right(call: Call, expectation: Expectation) -> bool:
    return call.value is not None and expectation.is_right(call.value, expectation.right(call))


def _not_callable(case: Case, functions: Trace, function: str, calls: Sequence[Call]) -> Verdict | None:
    """Judge a function that could not be called at all."""
    module = f"{case.trace.exercise}.py"
    read = functions.names_read
    if read is None or (read.raised is not None and all(call.kind == "missing" for call in calls)):
        how = "ended the process" if read is None else f"stopped with {read.raised}"
        said = f"`{function}` could not be called: importing {module} {how}."
        if stopped(case) is not None:
            return skipped(said, because="runs")
        line = "" if read is None or read.line is None else str(read.line)
        error = "" if read is None else read.raised or ""
        return failed(
            f'{said} Keep what should run only as a program under `if __name__ == "__main__":`.',
            expected="an import that comes to its end",
            observed=how,
            function=function,
            error=error,
            error_line=line,
        )
    if all(call.kind == "missing" for call in calls) and function not in read.functions:
        empty = case.source.is_empty
        return failed(
            f"{module} has no function named `{function}` at its top level.",
            "not-filled-in" if empty else "function-missing",
            expected=f"a function named {function}",
            observed="no such function",
            evidence=(read.seq,),
            function=function,
            unfilled=case.source.unfilled,
        )
    return None


def _cut_short(case: Case, functions: Trace, function: str) -> bool:
    """Tell whether the process ended while this function was being called."""
    ended = functions.exit
    if ended is None or (ended.because == "itself" and ended.status == 0):
        return False
    order = list(case.exercise.functions)
    later = order[order.index(function) + 1 :]
    return not any(event.function in later for event in functions.values_returned)


def _failed(
    case: Case, function: str, calls: Sequence[Call], wrong: Sequence[Call], expectation: Expectation
) -> Verdict:
    call = _most_telling(wrong)
    right = expectation.shown(expectation.right(call))
    if call.kind == "raised":
        where = f" in line {call.line}" if call.line else ""
        said = f"`{call.text}` raised {call.error}{where}."
    elif call.kind == "ended":
        said = f"`{call.text}` did not come back: the process ended before."
    elif call.kind == "not callable":
        said = f"`{function}` is no function: {call.returned}."
    elif call.kind == "text":
        said = f"`{call.text}` returned the text {call.returned}, not a number."
    elif call.value is None:
        said = f"`{call.text}` returned {call.returned}, which is no number."
    else:
        said = f"`{call.text}` returned {figures.readable(call.returned)}; it should return {_plain(right)}."
    verdict = failed(
        said,
        *_misconceptions(case, function, calls, wrong, expectation),
        expected=f"{call.text} = {_plain(right)}",
        observed=f"{call.text} {'raised' if call.error else '='} {call.returned}",
        evidence=(call.event.seq,),
        function=function,
        label=function,
        call=call.text,
        returned=figures.readable(call.returned) if call.value is not None else call.returned,
        error=call.error,
        error_line=call.line,
    )
    return replace(verdict, facts={"expected": right, **verdict.facts, **expectation.words(call)})


def _plain(right: str) -> str:
    """A right value as Python would write it."""
    return right.replace("$", "").replace(",", "")


def _most_telling(wrong: Sequence[Call]) -> Call:
    """Prefer the lesson's own numbers, then a call in which nothing is zero; of costs the smallest, a call's own."""

    def rank(call: Call) -> tuple[bool, bool, Decimal, int]:
        cost = call.given[0] if len(call.given) == 1 else Decimal(0)
        return call.event.args != _LESSON, not all(call.given), cost, call.event.seq

    return min(wrong, key=rank)


def _misconceptions(
    case: Case, function: str, calls: Sequence[Call], wrong: Sequence[Call], expectation: Expectation
) -> tuple[str, ...]:
    kinds = {call.kind for call in wrong}
    if kinds == {"text"}:
        return ("text-not-number",)
    if kinds == {"none"}:
        return ("not-filled-in",) if case.source.stub(function) else ("returns-nothing",)
    if kinds == {"raised"}:
        return _of_errors(wrong)
    if any(call.value is None for call in wrong):
        return ()
    values = {call.value for call in calls}
    if len(values) == 1 and Decimal(0) not in values:
        return ("typed-in",)
    return expectation.mistakes(calls)


def _of_errors(wrong: Iterable[Call]) -> tuple[str, ...]:
    """Name what the errors of all failed calls are a sign of."""
    wrong = tuple(wrong)
    if all(call.error.startswith("NotImplementedError") for call in wrong):
        return ("not-filled-in",)
    if all(_is_of_signature(call) for call in wrong):
        return ("wrong-signature",)
    return ()


def _is_of_signature(call: Call) -> bool:
    """Tell whether a call failed because the function takes other arguments."""
    if _WANTS_USAGE.search(call.error):
        return True
    at_the_call = not call.line or f"{call.event.function}()" in call.error
    return call.error.startswith("TypeError") and at_the_call and bool(_SIGNATURE.search(call.error))
