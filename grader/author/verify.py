"""The course checks itself: every rule, in one order. Gives outcomes; prints nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grader.author import marks, materials, recordings
from grader.author.findings import Outcome
from grader.author.points import points
from grader.author.programs import Program, programs_of
from grader.author.trials import Trial, grade_all
from grader.course import Course, Exercise
from grader.grading import Graded
from grader.trace import Trace

SEED = 4711
_ENDLESS_S = 4.0  # for programs that are known never to end: enough to do their work, and no more

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Verified:
    """What every rule found."""

    outcomes: tuple[Outcome, ...]
    programs: int = 0

    @property
    def holds(self) -> bool:
        return all(outcome.holds for outcome in self.outcomes)


def verify(
    course: Course,
    *,
    only: Sequence[str] = (),
    seed: int = SEED,
    progress: Progress = lambda done, total: None,
) -> Verified:
    """Hold a course against every rule; `only` names the exercises whose programs are run."""
    read, outcomes = of_files(course)
    if not all(outcome.holds for outcome in outcomes if outcome.rule in ("form", "words")):
        return Verified(tuple(outcomes))  # nothing else can be relied on
    chosen = {name: exercise for name, exercise in read.items() if not only or name in only}
    outcomes += of_programs(course, chosen, seed, progress)
    return Verified(tuple(outcomes), programs=len(programs_of(course, chosen)))


def of_files(course: Course) -> tuple[dict[str, Exercise], list[Outcome]]:
    """Hold texts, files and fixtures against the rules; run nothing. Gives the exercises that can be read as well."""
    read, unread = materials.read_all(course)
    form = materials.files_in_form(course, read, unread)
    outcomes = [form, materials.no_strays(course), materials.no_secrets(course), materials.prices(course)]
    if form.holds:
        outcomes += [points(course, read), materials.words(course, read), recordings.fixtures(course, read)]
    return read, outcomes


def of_programs(course: Course, read: dict[str, Exercise], seed: int, progress: Progress) -> list[Outcome]:
    """Run every program of the course and hold what they get against the rules."""
    programs = sorted(programs_of(course, read), key=lambda program: not program.never_ends)  # the slow ones first
    results = _graded(course, programs, seed, progress)
    graded = [(program, result.report.exercises[0]) for program, result in zip(programs, results, strict=True)]
    graded.sort(key=lambda pair: pair[0].path)
    return [
        marks.starters(course, read, graded),
        marks.solutions(course, read, graded),
        marks.mistakes(course, graded),
        marks.alone(course, read, graded),
        recordings.separation(course, _traces_of_solutions(programs, results)),
    ]


def of_starters(course: Course, seed: int = SEED) -> Outcome:
    """Run the starters alone and hold what they get against their rule."""
    read = {name: course.exercise(name) for name in course.exercise_names}
    programs = [program for program in programs_of(course, read) if program.kind == "starter"]
    results = _graded(course, programs, seed, lambda done, total: None)
    graded = [(program, result.report.exercises[0]) for program, result in zip(programs, results, strict=True)]
    return marks.starters(course, read, graded)


def _graded(course: Course, programs: Sequence[Program], seed: int, progress: Progress) -> list[Graded]:
    trials = [trial_of(program) for program in programs]
    return grade_all(course, trials, seed, done=lambda number: progress(number, len(trials)))


def trial_of(program: Program) -> Trial:
    """How one program of the course is run."""
    files = {f"{program.exercise}.py": program.content}
    if program.never_ends:
        return Trial(program.exercise, files, _ENDLESS_S, endless=True)
    return Trial(program.exercise, files)


def _traces_of_solutions(programs: Sequence[Program], results: Sequence[Graded]) -> list[Trace]:
    """The runs of the solutions that are judged by their numbers: not those in which the text is too long."""
    return [
        trace
        for program, result in zip(programs, results, strict=True)
        if program.kind == "solution"
        for trace in result.traces.get(program.exercise, {}).values()
        if trace.messages and all(exchange.succeeded for exchange in trace.messages)
    ]
