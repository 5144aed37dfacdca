"""What is kept of a submission, as values: the row, the verdicts, what a grade rests on. No database."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from grader import report as report_file
from grader import trace as trace_file
from grader.report import Report
from grader.trace import Trace


@dataclass(frozen=True)
class Key:
    """What a grade rests on; where all of it is unchanged, a submission is not graded again."""

    sha256: str
    course: str
    grader: str
    only: tuple[str, ...]
    time_limit_s: float


@dataclass(frozen=True)
class Kept:
    """The verdicts on one exercise, compressed; all else is what they rest on beside the traces (see `basis`)."""

    version: str
    points: str
    checks: Mapping[str, str]
    said: bytes


@dataclass(frozen=True)
class Row:
    """A graded submission as it is kept; `traces`, `judged` and `drawings` are empty where they were not asked for."""

    name: str
    student: str
    key: Key
    report: str
    late: bool = False
    mapping: Mapping[str, str] = field(default_factory=dict)
    runs: int = 1
    differs: tuple[str, ...] = ()
    run_versions: Mapping[str, str] = field(default_factory=dict)
    traces: Mapping[tuple[str, str], bytes] = field(default_factory=dict)
    place: int | None = None
    judged: Mapping[str, Kept] = field(default_factory=dict)
    drawings: bytes = b""

    def read_report(self) -> Report:
        """Read the report, once."""
        return self._report

    @cached_property
    def _report(self) -> Report:
        return report_file.load(self.report)


@dataclass(frozen=True)
class Filed:
    """All that is kept of a submission: its row, its verdicts by exercise, its compressed traces, its drawings."""

    row: Row
    judged: Mapping[str, Kept]
    traces: Mapping[tuple[str, str], bytes]
    drawings: bytes


@dataclass(frozen=True)
class Change:
    """A mark that is another one now, or one of another maximum."""

    name: str
    before: float
    after: float
    checks: tuple[str, ...]  # "exercise1.runs: failed, now passed"
    maxima: tuple[float, float]  # before, after

    @property
    def only_maximum(self) -> bool:
        """Whether the points and what every check says are as they were."""
        return self.before == self.after and not self.checks


@dataclass(frozen=True)
class Again:
    """What judging a submission again came to.

    `report` is None where it is the same to the letter, `faulty` where the grader failed. `page`: another one lies
    beside the old; `drawings` are what is to be kept of it, None where that is the same. `unjudged` are the exercises
    that kept their old report, with the reason; `aside` is what else must be said. `judged` are new verdicts, by
    exercise.
    """

    name: str
    report: str | None
    change: Change | None
    faulty: bool = False
    page: bool = False
    drawings: bytes | None = None
    unjudged: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    judged: Mapping[str, Kept] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """What the grade of a submission rests on; `faulty` where the grader failed."""

    name: str
    course: str
    grader: str
    faulty: bool


@dataclass(frozen=True)
class Placed:
    """A submission of the latest intake, in its order."""

    name: str
    student: str
    late: bool
    mapping: Mapping[str, str]


class Packed(Mapping[str, Trace]):
    """The compressed traces of one exercise by scenario, each read when it is asked for, once."""

    def __init__(self, packed: Mapping[str, bytes]) -> None:
        self._packed = packed
        self._read: dict[str, Trace] = {}

    def __getitem__(self, scenario: str) -> Trace:
        if scenario not in self._read:
            self._read[scenario] = trace_file.load(zlib.decompress(self._packed[scenario]).decode())
        return self._read[scenario]

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)

    def __contains__(self, scenario: object) -> bool:
        return scenario in self._packed


def unpacked(traces: Mapping[tuple[str, str], bytes]) -> dict[str, Packed]:
    """Give compressed traces, by exercise and scenario."""
    found: dict[str, dict[str, bytes]] = {}
    for (exercise, scenario), lines in traces.items():
        found.setdefault(exercise, {})[scenario] = lines
    return {exercise: Packed(packed) for exercise, packed in found.items()}
