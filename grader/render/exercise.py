"""One exercise on the page: its checks, its costs, its drawings. Views only; the templates lay them out."""

from __future__ import annotations

from dataclasses import dataclass

from grader.course import Course
from grader.render.cost import Cost, costs_of
from grader.render.drawn import Drawn, shortened
from grader.render.excerpt import Room
from grader.render.leads import Leads, leads_of
from grader.render.lesson import anchor_of
from grader.render.seen import Plan
from grader.render.states import STATES, State, next_step
from grader.report import CheckReport, ExerciseReport


@dataclass(frozen=True)
class CheckPart:
    """One check: its report, its state, its mistakes' titles, and where it leads.

    `heading` says what is not reached yet.
    """

    report: CheckReport
    exercise: str
    state: State
    id: str
    mistakes: tuple[tuple[str, str], ...]
    waits_for: str
    lesson: str
    hinted_by: CheckReport | None  # an earlier check with the same hints
    leads: Leads

    @property
    def heading(self) -> str:
        """The known mistake, else the goal, said to be open."""
        return self.mistakes[0][1] if len(self.mistakes) == 1 else f"Not yet: {self.report.title}"


@dataclass(frozen=True)
class ExercisePart:
    """One exercise; `again` is the command that repeats its run."""

    report: ExerciseReport
    checks: tuple[CheckPart, ...]
    step: CheckPart | None
    costs: tuple[Cost, ...]
    drawn: Drawn
    again: str

    @property
    def number_passed(self) -> int:
        return sum(check.report.outcome == "passed" for check in self.checks)


def exercise_part(exercise: ExerciseReport, drawn: Drawn, course: Course, again: str, room: Room) -> ExercisePart:
    """Gather what the page says of one exercise, as far as there is room."""
    exercise = shortened(exercise, room)
    step = next_step(exercise)
    plan = Plan.of(course, exercise.name)
    leads = {each.name: leads_of(each, exercise, plan, drawn.places, drawn.anchors) for each in exercise.checks}
    checks = tuple(_check(exercise, each, course, leads[each.name]) for each in exercise.checks)
    return ExercisePart(
        report=exercise,
        checks=checks,
        step=next((part for part in checks if part.report is step), None),
        costs=costs_of(exercise.checks, course),
        drawn=drawn,
        again=again,
    )


def _check(exercise: ExerciseReport, check: CheckReport, course: Course, leads: Leads) -> CheckPart:
    ids = dict.fromkeys((*([check.misconception] if check.misconception else []), *check.misconceptions))
    titles = {each.name: each.title for each in exercise.checks}
    return CheckPart(
        report=check,
        exercise=exercise.name,
        state=STATES[check.outcome],
        id=f"{exercise.name}-{check.name}",
        mistakes=tuple((each, course.misconceptions[each].title) for each in ids if each in course.misconceptions),
        waits_for=titles.get(check.because or "", ""),
        lesson=anchor_of(check.lesson),
        hinted_by=_hinted_by(exercise, check),
        leads=leads,
    )


def _hinted_by(exercise: ExerciseReport, check: CheckReport) -> CheckReport | None:
    """The first failed check that gives the same explanation in the same numbers, where it is not this one."""
    first = next((each for each in exercise.checks if each.hints and each.hints == check.hints), check)
    return None if first is check else first
