"""One exercise on the page: its checks, its costs, its source. Views only; the templates lay them out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from grader.course import Course, Exercise
from grader.render.beside import said_beside
from grader.render.cost import Cost, costs_of
from grader.render.excerpt import Room, cut
from grader.render.faults import lines_at_fault, places_at_fault
from grader.render.lesson import anchor_of
from grader.render.run import Link, RunPart, about, links, run_part
from grader.render.source import SourceFile, source_file
from grader.render.states import STATES, State, next_step
from grader.report import CheckReport, ExerciseReport
from grader.trace import Trace

_STREAMS = "streaming.streams_progressively"


@dataclass(frozen=True)
class CheckPart:
    """One check: its report, its state, its mistakes' titles, and where its evidence stands.

    `heading` says what is not reached yet, `place` is the line at which to look, `beside` what another check adds.
    """

    report: CheckReport
    exercise: str
    state: State
    id: str
    mistakes: tuple[tuple[str, str], ...]
    waits_for: str
    lesson: str
    evidence: tuple[Link, ...]
    hinted_by: CheckReport | None  # an earlier check with the same hints
    place: Link | None
    beside: str
    seen_in: str

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
    runs: tuple[RunPart, ...]
    featured: RunPart | None  # the run whose streams are drawn first, where streaming is what is asked for
    costs: tuple[Cost, ...]
    sources: tuple[SourceFile, ...]
    files_left_out: int
    again: str

    @property
    def number_passed(self) -> int:
        return sum(check.report.outcome == "passed" for check in self.checks)


def exercise_part(
    exercise: ExerciseReport, traces: Mapping[str, Trace], course: Course, again: str, room: Room
) -> ExercisePart:
    """Gather what the page says of one exercise, as far as there is room."""
    longest = room.value_characters
    exercise = replace(
        exercise,
        checks=tuple(_shortened(check, longest) for check in exercise.checks),
        notices=tuple(replace(notice, message=cut(notice.message, longest)) for notice in exercise.notices),
    )
    step = next_step(exercise)
    runs = _runs(exercise, traces, _spec(course, exercise.name), step, room)
    by_scenario = {run.scenario: run for run in runs}
    sources = tuple(_sources(exercise, traces, course, room))
    places = _places(exercise, traces, sources)
    checks = tuple(_check(exercise, each, course, traces, by_scenario, places) for each in exercise.checks)
    return ExercisePart(
        report=exercise,
        checks=checks,
        step=next((part for part in checks if part.report is step), None),
        runs=runs,
        featured=_featured(course, exercise, by_scenario),
        costs=costs_of(exercise.checks, course),
        sources=sources,
        files_left_out=max(0, len(_files(exercise, traces, course)) - room.files),
        again=again,
    )


def _featured(course: Course, exercise: ExerciseReport, runs: Mapping[str, RunPart]) -> RunPart | None:
    spec = _spec(course, exercise.name)
    asked = {} if spec is None else {check.name: check.check for check in spec.checks}
    streams = (check for check in exercise.checks if asked.get(check.name) == _STREAMS)
    return next((runs[check.scenario or ""] for check in streams if check.scenario in runs), None)


def _shortened(check: CheckReport, longest: int) -> CheckReport:
    return replace(
        check,
        expected=cut(check.expected, longest),
        observed=cut(check.observed, longest),
        message=cut(check.message, longest),
        hints=tuple(cut(hint, longest) for hint in check.hints),
        facts={name: cut(fact, longest) for name, fact in check.facts.items()},
    )


def _spec(course: Course, name: str) -> Exercise | None:
    return course.exercise(name) if name in course.exercise_names else None


def _check(
    exercise: ExerciseReport,
    check: CheckReport,
    course: Course,
    traces: Mapping[str, Trace],
    runs: Mapping[str, RunPart],
    places: Mapping[str, Link],
) -> CheckPart:
    ids = dict.fromkeys((*([check.misconception] if check.misconception else []), *check.misconceptions))
    titles = {each.name: each.title for each in exercise.checks}
    trace, run = traces.get(check.scenario or ""), runs.get(check.scenario or "")
    return CheckPart(
        report=check,
        exercise=exercise.name,
        state=STATES[check.outcome],
        id=f"{exercise.name}-{check.name}",
        mistakes=tuple((each, course.misconceptions[each].title) for each in ids if each in course.misconceptions),
        waits_for=titles.get(check.because or "", ""),
        lesson=anchor_of(check.lesson),
        hinted_by=_hinted_by(exercise, check),
        evidence=() if trace is None or run is None else links(check, trace, run),
        place=places.get(check.name),
        beside=said_beside(check, exercise, _spec(course, exercise.name), traces),
        seen_in="" if trace is None else about(trace, _spec(course, exercise.name)),
    )


def _places(
    exercise: ExerciseReport, traces: Mapping[str, Trace], sources: tuple[SourceFile, ...]
) -> Mapping[str, Link]:
    """The first line at which to look for each failed check, where the page shows it."""
    own = next((trace.source for trace in traces.values()), "")
    shown = sources[0].marked if sources and sources[0].name == f"{exercise.name}.py" else ()
    return {
        name: Link(f"{exercise.name}-source-1-{lines[0]}", f"line {lines[0]} of {exercise.name}.py")
        for name, lines in places_at_fault(exercise, own).items()
        if lines[0] in shown
    }


def _hinted_by(exercise: ExerciseReport, check: CheckReport) -> CheckReport | None:
    """The first failed check that gives the same explanation in the same numbers, where it is not this one."""
    first = next((each for each in exercise.checks if each.hints and each.hints == check.hints), check)
    return None if first is check else first


def _runs(
    exercise: ExerciseReport, traces: Mapping[str, Trace], spec: Exercise | None, step: CheckReport | None, room: Room
) -> tuple[RunPart, ...]:
    """The runs in the course's order; the one that the next step speaks of is open, else the first with a stream."""
    order = [*(spec.scenarios if spec is not None else ()), Trace.FUNCTIONS]
    names = sorted(traces, key=lambda name: order.index(name) if name in order else len(order))
    opened = step.scenario if step is not None and step.scenario in traces else next(iter(names), "")
    return tuple(run_part(exercise, traces[name], spec, room, is_open=name == opened) for name in names)


def _sources(exercise: ExerciseReport, traces: Mapping[str, Trace], course: Course, room: Room) -> Iterator[SourceFile]:
    titles = {name: mistake.title for name, mistake in course.misconceptions.items()}
    for name, text in _files(exercise, traces, course)[: room.files]:
        marks = lines_at_fault(exercise, text, titles) if name == f"{exercise.name}.py" else {}
        yield source_file(name, text, marks, room)


def _files(exercise: ExerciseReport, traces: Mapping[str, Trace], course: Course) -> list[tuple[str, str]]:
    """The exercise's own file, then those of the student's that are no exercise."""
    files = next((trace.files for trace in traces.values()), {})
    own = f"{exercise.name}.py"
    others = {f"{each}.py" for each in course.exercise_names} - {own}
    return sorted(((n, t) for n, t in files.items() if n not in others), key=lambda file: (file[0] != own, file[0]))
