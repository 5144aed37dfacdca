"""Cases for checks: the real course around a trace that was made by hand."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from grader.checks.verdict import Case
from grader.course import Course
from grader.trace import Trace
from tests.traces import TraceBuilder

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
