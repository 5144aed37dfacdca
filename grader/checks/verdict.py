"""What a check is given and what it says. Values only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

from grader.checks.crash import Crash, crash_of
from grader.checks.output import Output
from grader.checks.source import Source, read_source
from grader.course import Course, Exercise
from grader.trace import Exchange, Trace

Outcome = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True)
class Case:
    """One run to be judged: its trace, and beside it the run in which the functions were called.

    `stream` is the exchange number of the streamed call that is judged, chosen once for all checks (None: none is).
    """

    trace: Trace
    functions: Trace | None
    exercise: Exercise
    course: Course
    stream: int | None = None
    noted: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)  # of all streams; see `read_once`

    @property
    def output(self) -> Output:
        """What the program printed, and when."""
        return _output(self)

    @property
    def source(self) -> Source:
        """What the text of the exercise's own file says."""
        return _source(self)

    @property
    def crash(self) -> Crash | None:
        """The uncaught error that ended the program, None where it ended in another way."""
        return _crash(self)

    @property
    def streamed(self) -> Exchange | None:
        """The streamed call that is judged."""
        return next((e for e in self.trace.messages if e.number == self.stream), None)


Of = ParamSpec("Of")
Found = TypeVar("Found")


def read_once(read: Callable[Concatenate[Case, Of], Found]) -> Callable[Concatenate[Case, Of], Found]:
    """Let all checks share what is read of a run, or of a part of it; never of the stream that happens to be judged."""

    @wraps(read)
    def noted(case: Case, *of: Of.args, **named: Of.kwargs) -> Found:
        key = read, *of
        if key not in case.noted:
            case.noted[key] = read(case, *of, **named)
        found: Found = case.noted[key]
        return found

    return noted  # type: ignore[return-value]  # its first argument has the same type, by another name


@read_once
def _output(case: Case) -> Output:
    return Output(case.trace)


@read_once
def _source(case: Case) -> Source:
    return read_source(case.trace.source)


@read_once
def _crash(case: Case) -> Crash | None:
    return crash_of(case.trace)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A check's word on one trace.

    `misconceptions` are the ids that fit this trace, likeliest first (of a passed check: those that would have given
    the same value). `said` and `truth` are the value that the program gave and the right one, as normalised text, a
    value a line, so that a value typed in can be told over several traces. `facts` are what a hint may speak of.
    `because` names the check that stands in the way of a skipped one. `of_functions` tells that the evidence is in the
    trace in which the functions were called.
    """

    outcome: Outcome
    message: str = ""
    expected: str = ""
    observed: str = ""
    evidence: tuple[int, ...] = ()
    misconceptions: tuple[str, ...] = ()
    because: str = ""
    said: str = ""
    truth: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    of_functions: bool = False

    def with_facts(self, **facts: str) -> Verdict:
        """The same verdict with more facts."""
        return replace(self, facts={**self.facts, **facts})

    def fitting(self, *misconceptions: str) -> Verdict:
        """The same verdict with other misconceptions."""
        return replace(self, misconceptions=tuple(dict.fromkeys(misconceptions)))


Check = Callable[[Case], Verdict]


def passed(*, evidence: tuple[int, ...] = (), expected: str = "", observed: str = "", **facts: str) -> Verdict:
    """Say that a check holds."""
    return Verdict(outcome="passed", evidence=evidence, expected=expected, observed=observed, facts=facts)


def failed(
    message: str,
    *misconceptions: str,
    expected: str = "",
    observed: str = "",
    evidence: tuple[int, ...] = (),
    **facts: str,
) -> Verdict:
    """Say that a check does not hold, what was seen, and which misconceptions fit, likeliest first."""
    return Verdict(
        outcome="failed",
        message=message,
        misconceptions=misconceptions,
        expected=expected,
        observed=observed,
        evidence=evidence,
        facts=facts,
    )


def skipped(message: str, *, because: str) -> Verdict:
    """Say that a check could not be judged, and which earlier fault stands in the way."""
    return Verdict(outcome="skipped", message=message, because=because)
