"""Cases for checks: the real course around a trace that was made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from grader.checks.verdict import Case
from grader.course import Course
from grader.trace import Trace
from tests.traces import TraceBuilder, claim, raised

COURSE = Path(__file__).parents[2] / "course"


@lru_cache(maxsize=1)
def course() -> Course:
    """The course as it is."""
    return Course(COURSE)


def case_of(
    trace: TraceBuilder | Trace, functions: TraceBuilder | Trace | None = None, *, stream: int | None = None
) -> Case:
    """A case of a trace, with the exercise that the trace names; a lone stream is the one that is judged."""
    trace = trace.trace if isinstance(trace, TraceBuilder) else trace
    functions = functions.trace if isinstance(functions, TraceBuilder) else functions
    streams = [exchange.number for exchange in trace.messages if exchange.stream is not None]
    if stream is None and len(streams) == 1:
        stream = streams[0]
    return Case(trace, functions, course().exercise(trace.exercise), course(), stream)


DRAWN = ((1337, 911), (205, 3207), (4711, 815), (613, 127), (8008, 2345))
COUNTS = ((0, 0), (1_000_000, 0), (0, 1_000_000), (21, 77), *DRAWN)
COSTS = (0.000406, 0.0047, 0.00123, 0.000271, 0.0081)


def right_cost(input_tokens: int, output_tokens: int) -> float:
    """The lesson's formula, for claude-haiku-4-5."""
    return (input_tokens * 1.00 + output_tokens * 5.00) / 1_000_000


def right_runs(cost: Any) -> Any:
    """One dollar, shared out."""
    return 1 / cost


def probed(exercise: str = "exercise1", *, names: Mapping[str, object] | None = None, **functions: Any) -> TraceBuilder:
    """The run in which functions are called, as the probe calls them; None stands for a function that is not there."""
    builder = TraceBuilder(exercise, "functions")
    if exercise == "exercise1":
        functions = {"call_cost": right_cost, "runs_per_dollar": right_runs} | functions
    elif exercise == "exercise2":
        functions = {"forecast_cost": right_cost} | functions
    builder.names(functions=[name for name, function in functions.items() if callable(function)], **(names or {}))
    returned: list[Any] = []
    for name, kind in course().exercise(exercise).functions.items():
        if kind == "counts":
            for pair in COUNTS:
                returned.append(_called(builder, name, functions[name], pair))
        else:
            for number, value in enumerate(returned):
                if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and value:
                    _called(builder, name, functions[name], (value,), of=number)
            for cost in COSTS:
                _called(builder, name, functions[name], (cost,))
    return builder.exits()


def _called(builder: TraceBuilder, name: str, function: Any, args: tuple[Any, ...], of: int | None = None) -> Any:
    value: Any = None
    if function is None:
        said: Any = {"type": "missing", "value": None}
    elif not callable(function):
        said = {"type": "not callable", "value": type(function).__name__}
    else:
        try:
            value = said = function(*args)
        except Exception as error:
            line = None if isinstance(error, TypeError) else 12
            said = raised(f"{type(error).__name__}: {error}", line)
    shown = [argument if isinstance(argument, int | float | str) else claim(argument) for argument in args]
    builder.returns(name, shown, said, of=of)
    return value
