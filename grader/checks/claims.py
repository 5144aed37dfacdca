"""What the functions of a module returned: claims read as exact numbers, and a verdict on one function.

Which values are right is the caller's knowledge. Only the value returned counts; text is no number, nor is a bool.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal, InvalidOperation
from typing import Any

from grader.checks import figures
from grader.checks.program import stopped
from grader.checks.verdict import Case, Verdict, failed, passed, skipped
from grader.trace import NamesRead, Trace, ValueReturned

_EXACT = Context(prec=60, traps=[])
_FEWEST_CALLS = 5  # a module that ended the process before so many calls has shown nothing
_SIGNATURE = re.compile(r"positional argument|unexpected keyword|required keyword-only|takes no arguments")
_WANTS_USAGE = re.compile(r"'(?:int|float)' object has no attribute '(?:\w+_tokens|usage)'")
_LONGEST_SHOWN = 120
_LESSON = (21, 77)


@dataclass(frozen=True)
class Call:
    """One call of a function: what it was given, exactly, and the number that came back (None: no number)."""

    event: ValueReturned
    given: tuple[Decimal, ...]
    value: Decimal | None

    @property
    def kind(self) -> str:
        """The type that the claim names."""
        return str(self.event.value.get("type"))

    @property
    def text(self) -> str:
        """The call as it would be written."""
        shown = (_argument(argument) for argument in self.event.args)
        return f"{self.event.function}({', '.join(shown)})"

    @property
    def returned(self) -> str:
        """What came back, for people."""
        value = self.event.value.get("value")
        match self.kind:
            case "text":
                return repr(str(value))[:_LONGEST_SHOWN]
            case "none":
                return "None"
            case "int" if value is None:
                return f"a whole number of {self.event.value.get('digits')} digits"
            case "other" | "not callable":
                return f"an object of the type {value}"
            case _:
                return str(value)[:_LONGEST_SHOWN]

    @property
    def error(self) -> str:
        """What the call raised, '' where it returned."""
        return self.returned if self.kind == "raised" else ""

    @property
    def line(self) -> str:
        """The line of the student's file at which it raised, '' where it did not."""
        line = self.event.value.get("line")
        return str(line) if isinstance(line, int) else ""


def number_of(claim: Any) -> Decimal | None:
    """Read a claimed value as an exact number; None for all that is no finite number."""
    kind, value = (claim.get("type"), claim.get("value")) if isinstance(claim, dict) else (None, None)
    if not isinstance(value, str):
        return None
    try:
        if kind in ("int", "float", "decimal"):
            number = _EXACT.create_decimal(value)
        elif kind == "fraction":
            top, _, bottom = value.partition("/")
            number = _EXACT.divide(Decimal(top), Decimal(bottom))
        else:
            return None
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() else None


def constant(functions: Trace, name: str) -> str | None:
    """The text of a module's constant, None where it has no such text."""
    read = names_read(functions)
    claim = None if read is None else read.names.get(name)
    value = claim.get("value") if isinstance(claim, dict) and claim.get("type") == "text" else None
    return value if isinstance(value, str) else None


def names_read(functions: Trace) -> NamesRead | None:
    """What the probe found after the import, None where the import did not come to its end."""
    return next((event for event in functions.events if isinstance(event, NamesRead)), None)


def returned(functions: Trace) -> tuple[ValueReturned, ...]:
    """All values returned, in the order of the calls."""
    return tuple(event for event in functions.events if isinstance(event, ValueReturned))


def calls_of(functions: Trace, function: str, arguments: int) -> tuple[Call, ...]:
    """The calls of one function with so many numbers; what an earlier call returned is read from that call's claim."""
    every = returned(functions)
    found = []
    for event in every:
        if event.function == function:
            claims = event.args if event.of is None or not 0 <= event.of < len(every) else (every[event.of].value,)
            given = tuple(number for claim in claims if (number := _given(claim)) is not None)
            if len(given) == len(claims) == arguments:
                found.append(Call(event, given, number_of(event.value)))
    return tuple(found)


def _given(argument: Any) -> Decimal | None:
    if isinstance(argument, int | float) and not isinstance(argument, bool):
        return number_of({"type": "float", "value": repr(argument)})
    return number_of(argument)


def _argument(argument: Any) -> str:
    return str(argument.get("value")) if isinstance(argument, dict) else repr(argument)


# ---------------------------------------------------------------- the verdict on one function


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
    read = names_read(functions)
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
        )
    return None


def _cut_short(case: Case, functions: Trace, function: str) -> bool:
    """Tell whether the process ended while this function was being called."""
    ended = functions.exit
    if ended is None or (ended.because == "itself" and ended.status == 0):
        return False
    order = list(case.exercise.functions)
    later = order[order.index(function) + 1 :]
    return not any(event.function in later for event in returned(functions))


def _failed(
    case: Case, function: str, calls: Sequence[Call], wrong: Sequence[Call], expectation: Expectation
) -> Verdict:
    call = _most_telling(wrong)
    right = expectation.shown(expectation.right(call))
    if call.kind == "raised":
        where = f" in line {call.line}" if call.line else ""
        said = f"`{call.text}` raised {call.error}{where}."
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
