"""What the drawings of one exercise rest on beside its traces: the part of report and course that they may look at.

Theory: a drawing that is kept must never show anything else than one made now. So the drawing code is given this and
the traces alone, and this as text is the key under which a drawing is kept. Points, words and the checks that did not
fail are left out: where only they change, a page is put together from drawings that are kept. Where a title stands
beside what a check has read, a drawing has a stand-in for it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from grader.course import Course
from grader.report import CheckReport, ExerciseReport

_STREAMS = "streaming.streams_progressively"


@dataclass(frozen=True)
class Scenario:
    """How a scenario is told from the others of its exercise."""

    vary: bool
    too_long: bool


@dataclass(frozen=True)
class Plan:
    """What the course plans for an exercise: its scenarios, what each check looks at, its functions.

    `others` are the files of the course's other exercises. Of an exercise that the course does not have, all is empty.
    """

    scenarios: Mapping[str, Scenario] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()

    @classmethod
    def of(cls, course: Course, name: str) -> Plan:
        """Read it from the course."""
        others = tuple(f"{each}.py" for each in course.exercise_names if each != name)
        if name not in course.exercise_names:
            return cls(others=others)
        spec = course.exercise(name)
        return cls(
            {scenario: Scenario(each.vary, each.too_long) for scenario, each in spec.scenarios.items()},
            {check.name: check.check for check in spec.checks},
            dict(spec.functions),
            others,
        )


@dataclass(frozen=True)
class Seen:
    """An exercise's report with the failed checks alone, without points and words, and what else drawings look at.

    `known` are those of the mistakes that the course knows, `featured` is the run whose streams come first; `whole`:
    all points were given.
    """

    exercise: ExerciseReport
    scenarios: Mapping[str, Scenario]
    others: tuple[str, ...]
    known: tuple[str, ...]
    featured: str | None
    whole: bool

    @cached_property
    def key(self) -> str:
        """Name all of it: equal names are equal in everything."""
        exercise = vars(self.exercise) | {
            "checks": [vars(check) for check in self.exercise.checks],
            "notices": [vars(notice) for notice in self.exercise.notices],
        }
        scenarios = [(name, vars(each)) for name, each in self.scenarios.items()]
        said = [exercise, scenarios, self.others, self.known, self.featured, self.whole]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def seen_of(exercise: ExerciseReport, course: Course) -> Seen:
    """Take out of a report and a course what drawings may look at."""
    plan = Plan.of(course, exercise.name)
    failed = failed_of(exercise)
    known = (check.misconception for check in failed if check.misconception in course.misconceptions)
    streams = (check.scenario for check in exercise.checks if plan.kinds.get(check.name) == _STREAMS)
    return Seen(
        replace(
            exercise,
            title="",
            score=0.0,
            max_score=0.0,
            bonus=0.0,
            fault=None,
            traces={},
            checks=tuple(map(_without_words, failed)),
        ),
        plan.scenarios,
        plan.others,
        tuple(dict.fromkeys(name for name in known if name is not None)),
        next((scenario for scenario in streams if scenario is not None), None),
        exercise.score >= exercise.max_score,
    )


def failed_of(exercise: ExerciseReport) -> tuple[CheckReport, ...]:
    """The failed checks: the only ones that drawings speak of."""
    return tuple(check for check in exercise.checks if check.outcome == "failed")


def _without_words(check: CheckReport) -> CheckReport:
    return replace(
        check,
        title="",
        score=0.0,
        max_score=0.0,
        message="",
        hint="",
        hints=(),
        rationale="",
        lesson="",
        because=None,
    )
