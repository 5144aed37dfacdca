"""The vocabulary of checks: the name in an exercise's `check:` and the function that it stands for.

`checks.NAME` stands for the function NAME in the exercise's own `checks.py`, where the shared ones do not reach.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grader.checks.cost import cost_printed, stream_cost
from grader.checks.cost_functions import cost_function
from grader.checks.counting import (
    counts_before_sending,
    counts_both_samples,
    counts_printed,
    denser,
    stops_when_too_long,
)
from grader.checks.final import final_usage
from grader.checks.forecast import forecast
from grader.checks.kinds import OWN, is_own
from grader.checks.own import OwnCheckError, own_check
from grader.checks.program import calls_api, runs
from grader.checks.runs import runs_per_dollar
from grader.checks.streaming import create_then_stream, shows_whole_answer, streams_progressively
from grader.checks.usage import reads_usage
from grader.checks.verdict import Case, Check, Verdict

VOCABULARY: Mapping[str, Check] = {
    "program.runs": runs,
    "program.calls_api": calls_api,
    "usage.reads_usage": reads_usage,
    "usage.final_usage": final_usage,
    "cost.cost_function": cost_function,
    "cost.cost_printed": cost_printed,
    "cost.runs_per_dollar": runs_per_dollar,
    "cost.forecast": forecast,
    "cost.stream_cost": stream_cost,
    "counting.counts_both_samples": counts_both_samples,
    "counting.counts_before_sending": counts_before_sending,
    "counting.counts_printed": counts_printed,
    "counting.denser": denser,
    "counting.stops_when_too_long": stops_when_too_long,
    "streaming.create_then_stream": create_then_stream,
    "streaming.streams_progressively": streams_progressively,
    "streaming.shows_whole_answer": shows_whole_answer,
}


class UnknownCheck(LookupError):  # noqa: N818  (it is the author's slip, told in one line)
    """An exercise names a check that the vocabulary does not have."""


def check_named(name: str) -> Check:
    """The function of a name in `check:`; raise UnknownCheck with the names that there are."""
    if is_own(name):
        return lambda case: _own(name, case)
    try:
        return VOCABULARY[name]
    except KeyError:
        known = ", ".join(sorted(VOCABULARY))
        raise UnknownCheck(f"There is no check named {name!r}. The vocabulary has: {known}.") from None


def check_of(name: str, folder: Path) -> Check:
    """The function of a name in the `check:` of the exercise in a folder; raise UnknownCheck where there is none."""
    if not is_own(name):
        return check_named(name)
    try:
        return own_check(folder / "checks.py", name.removeprefix(OWN))
    except OwnCheckError as error:
        raise UnknownCheck(str(error)) from None


def _own(name: str, case: Case) -> Verdict:
    return check_of(name, case.course.folder / case.exercise.name)(case)
