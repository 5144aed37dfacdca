"""What all checks said of one exercise's runs, before it becomes points and words. Values; reads and writes JSON.

It rests on the traces, on the checks' code and on what checks read of the course, and not on points, titles or hints:
where only those change, a report is made again of this alone, and no trace is read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from grader.checks.verdict import Verdict
from grader.frozen import made_of
from grader.report import Notice


@dataclass(frozen=True)
class Judged:
    """The verdicts by scenario and check; `several_streams`: points have chosen among the streamed calls of a run.

    `fault` says why the runs could not be judged; then there are no verdicts.
    """

    verdicts: Mapping[str, Mapping[str, Verdict]] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    several_streams: bool = False
    fault: str = ""


def dump(judged: Judged) -> str:
    """Write it as JSON; what has its default value is left out."""
    verdicts = {s: {name: _said(verdict) for name, verdict in each.items()} for s, each in judged.verdicts.items()}
    said: dict[str, Any] = {"verdicts": verdicts, "notices": [vars(notice) for notice in judged.notices]}
    return json.dumps(said | {"several_streams": judged.several_streams, "fault": judged.fault})


def load(text: str) -> Judged:
    """Read it back; raise ValueError where it is something else."""
    try:
        said = json.loads(text)
        return Judged(
            {s: {name: _verdict(verdict) for name, verdict in each.items()} for s, each in said["verdicts"].items()},
            tuple(Notice(**notice) for notice in said["notices"]),
            said["several_streams"],
            said["fault"],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"These are no verdicts: {error}.") from None


_EMPTY = vars(Verdict(outcome="passed"))
_DEFAULTS = {each.name: each.default for each in fields(Verdict)}


def _said(verdict: Verdict) -> dict[str, Any]:
    return {name: value for name, value in vars(verdict).items() if value and value != _DEFAULTS[name]}


def _verdict(said: dict[str, Any]) -> Verdict:
    for name in ("evidence", "misconceptions"):
        if name in said:
            said[name] = tuple(said[name])
    return made_of(Verdict, _EMPTY | said) if said.keys() <= _EMPTY.keys() else Verdict(**said)
