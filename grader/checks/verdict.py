"""What a check is given and what it says. Values only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from grader.course import Course, Exercise
from grader.trace import Trace

Outcome = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True)
class Case:
    """One run to be judged: its trace, and beside it the run in which the functions were called."""

    trace: Trace
    functions: Trace | None
    exercise: Exercise
    course: Course


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A check's word on one trace.

    `misconceptions` are the ids that fit this trace, likeliest first. `said` and `truth` are the value that
    the program gave and the right one, as normalised text, so that a value typed in can be told over several
    traces. `facts` are what a hint may speak of. `because` names the check that stands in the way of a skipped one.
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

    def with_facts(self, **facts: str) -> Verdict:
        """The same verdict with more facts."""
        return replace(self, facts={**self.facts, **facts})


Check = Callable[[Case], Verdict]


def passed(*, evidence: tuple[int, ...] = (), expected: str = "", observed: str = "", **facts: str) -> Verdict:
    """Say that a check holds."""
    return Verdict(outcome="passed", evidence=evidence, expected=expected, observed=observed, facts=facts)


def skipped(message: str, *, because: str) -> Verdict:
    """Say that a check could not be judged, and which earlier fault stands in the way."""
    return Verdict(outcome="skipped", message=message, because=because)
