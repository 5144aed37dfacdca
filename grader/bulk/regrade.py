"""Stored traces judged again by today's course. No student's code runs, and nothing is guessed.

Theory: a new report is made of the old traces, exercise by exercise. Where the traces cannot stand for what would run
today (another scenario, another fixture, a function that was not called), the exercise keeps its old report and is
named. Judging is pure, so submissions are judged on all processors and compared here; writing is another step.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path

from grader import __version__
from grader import report as report_file
from grader.bulk.bench import page_of
from grader.bulk.bundle import pack, run_version
from grader.bulk.outputs import REPORTS, write_outputs, write_page
from grader.bulk.store import Row, Store, unpacked
from grader.course import Course
from grader.judge import judge
from grader.report import ExerciseReport, Report
from grader.trace import Trace

_CHUNK = 16  # submissions that are sent to another process at a time


@dataclass(frozen=True)
class Change:
    """A mark that is another one now."""

    name: str
    before: float
    after: float
    checks: tuple[str, ...]  # "exercise1.runs: failed, now passed"


@dataclass
class Rejudged:
    """What judging again came to; `reports` are those that changed at all, by name."""

    total: int = 0
    changes: list[Change] = field(default_factory=list)
    words: int = 0  # reports of which only the words changed
    unjudged: dict[str, list[str]] = field(default_factory=dict)  # reason: names
    reports: dict[str, str] = field(default_factory=dict)
    judged: list[str] = field(default_factory=list)  # those of which every exercise could be judged
    version: str = ""


@dataclass(frozen=True)
class _Asked:
    """One submission to be judged again."""

    row: Row
    traces: Mapping[tuple[str, str], bytes]


@dataclass(frozen=True)
class _Again:
    """Its new report, and which exercises kept their old one, with the reason."""

    name: str
    report: str
    unjudged: tuple[str, ...]
    unrun: tuple[str, ...]


def rejudge(store: Store, course: Course, jobs: int = 1, told: Callable[[int], None] | None = None) -> Rejudged:
    """Judge every stored submission again; write nothing."""
    versions = {name: run_version(course, course.exercise(name)) for name in course.exercise_names}
    result = Rejudged(version=pack(course).version)
    for row, again in _judged(store, course, versions, jobs):
        result.total += 1
        if not again.unjudged:
            result.judged.append(again.name)
        for reason in (*again.unjudged, *again.unrun):
            result.unjudged.setdefault(reason, []).append(again.name)
        if again.report != row.report:
            result.reports[again.name] = again.report
            change = _change(row.read_report(), report_file.load(again.report))
            if change is None:
                result.words += 1
            else:
                result.changes.append(change)
        if told is not None:
            told(result.total)
    return result


def write(store: Store, out: Path, course: Course, result: Rejudged) -> None:
    """Keep the new reports, all or none, and write pages and lists anew."""
    store.amend(result.reports, dict.fromkeys(result.judged, result.version), __version__)
    for name, text in result.reports.items():
        report = report_file.load(text)
        page = page_of(course, report, unpacked(store.packed_traces(name)))
        write_page(out / REPORTS / f"{name}.html", page)
    write_outputs(store, out, course)


def _judged(store: Store, course: Course, versions: Mapping[str, str], jobs: int) -> Iterator[tuple[Row, _Again]]:
    chunks = _chunks(_Asked(row, store.packed_traces(row.name)) for row in store.rows())
    bench = _Bench(course.folder, dict(versions))
    if jobs == 1:
        for chunk in chunks:
            yield from zip((asked.row for asked in chunk), bench(chunk), strict=True)
        return
    context = multiprocessing.get_context("spawn")  # the same everywhere, and no thread is copied
    waiting: deque[tuple[list[_Asked], Future[list[_Again]]]] = deque()
    with ProcessPoolExecutor(jobs, context) as pool:
        for chunk in chunks:
            waiting.append((chunk, pool.submit(bench, chunk)))
            if len(waiting) > 2 * jobs:
                yield from _taken(waiting.popleft())
        while waiting:
            yield from _taken(waiting.popleft())


def _taken(done: tuple[list[_Asked], Future[list[_Again]]]) -> Iterator[tuple[Row, _Again]]:
    chunk, future = done
    return zip((asked.row for asked in chunk), future.result(), strict=True)


def _chunks(asked: Iterator[_Asked]) -> Iterator[list[_Asked]]:
    while chunk := list(islice(asked, _CHUNK)):
        yield chunk


@lru_cache(maxsize=1)
def _course(folder: Path) -> Course:
    return Course(folder)


@dataclass(frozen=True)
class _Bench:
    """Judges chunks in whatever process it is sent to."""

    folder: Path
    versions: dict[str, str]

    def __call__(self, chunk: list[_Asked]) -> list[_Again]:
        return [judge_again(_course(self.folder), self.versions, asked.row, asked.traces) for asked in chunk]


def judge_again(
    course: Course, versions: Mapping[str, str], row: Row, packed_traces: Mapping[tuple[str, str], bytes]
) -> _Again:
    """Judge one submission's traces by a course; say of which exercises they say nothing any more."""
    old = row.read_report()
    traces = unpacked(packed_traces)
    exercises: list[ExerciseReport] = []
    unjudged: list[str] = []
    for before in old.exercises:
        name = before.name
        if name not in course.exercise_names:
            unjudged.append(f"{name} is not in the course any more; its marks stay as they were")
            exercises.append(before)
        elif before.outcome == "missing":
            exercise = course.exercise(name)
            exercises.append(replace(before, title=exercise.title, max_score=float(exercise.max_score)))
        elif before.outcome == "error":
            unjudged.append(f"{name}: the grader failed when it was run; run bulk again")
            exercises.append(before)
        elif row.run_versions.get(name) != versions[name]:
            unjudged.append(f"{name}: its scenarios, fixtures or functions are others now; run bulk again")
            exercises.append(before)
        elif lacking := _lacking(course, name, traces.get(name, {})):
            unjudged.append(f"{name}: no stored trace of {', '.join(lacking)}; run bulk again")
            exercises.append(before)
        else:
            exercises.append(replace(judge(course.exercise(name), traces[name], course), traces=before.traces))
    present = {exercise.name for exercise in old.exercises}
    unrun = tuple(f"{name} was not part of the batch" for name in course.exercise_names if name not in present)
    return _Again(row.name, report_file.dump(_summed(old, exercises)), tuple(unjudged), unrun)


def _lacking(course: Course, name: str, traces: Mapping[str, Trace]) -> list[str]:
    exercise = course.exercise(name)
    wanted = [*exercise.scenarios, *([Trace.FUNCTIONS] if exercise.functions or exercise.names else [])]
    return [scenario for scenario in wanted if scenario not in traces]


def _summed(old: Report, exercises: list[ExerciseReport]) -> Report:
    """Put exercises into a report that is otherwise that of the run."""
    return replace(
        old,
        grader=__version__,
        score=sum(exercise.score for exercise in exercises),
        max_score=sum(exercise.max_score for exercise in exercises),
        bonus=sum(exercise.bonus for exercise in exercises),
        exercises=tuple(exercises),
    )


def _change(before: Report, after: Report) -> Change | None:
    """Say how a mark changed, None where it did not."""
    earlier, later = _outcomes(before), _outcomes(after)
    marks = (before.score, before.bonus, before.max_score), (after.score, after.bonus, after.max_score)
    if marks[0] == marks[1] and earlier == later:
        return None
    checks = tuple(
        f"{name}: {earlier.get(name, 'not there')}, now {later.get(name, 'not there')}"
        for name in {**earlier, **later}
        if earlier.get(name) != later.get(name)
    )
    return Change(before.submission, before.score + before.bonus, after.score + after.bonus, checks)


def _outcomes(report: Report) -> dict[str, str]:
    return {f"{e.name}.{c.name}": f"{c.outcome} ({c.score:g})" for e in report.exercises for c in e.checks}
