"""One submission judged again by today's course, from what a store keeps of it. No program runs, nothing is guessed.

Theory: a report is made again exercise by exercise, of as little as will do. Verdicts that rest on what they would rest
on today are put into points and words again; the other checks alone judge the traces. Where the traces cannot stand for
what would run today (another scenario, another fixture, a function that was not called), or a check fails on them, the
exercise keeps its old report and is named.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from grader import report as report_file
from grader.bulk.basis import VerdictsVersion, run_version, this_code, verdicts_version
from grader.bulk.lateness import with_line
from grader.bulk.rows import Again, Change, Filed, Kept, Packed, unpacked
from grader.checks import judged as judged_file
from grader.checks.judged import Judged
from grader.course import Course
from grader.marks import reported
from grader.report import ExerciseReport, Report
from grader.trace import Trace


@dataclass(frozen=True)
class Today:
    """Today's course, and what its grades rest on."""

    course: Course
    runs: Mapping[str, str]
    verdicts: Mapping[str, VerdictsVersion]

    @classmethod
    def of(cls, course: Course) -> Today:
        """Read a course."""
        exercises = [course.exercise(name) for name in course.exercise_names]
        return cls(
            course,
            {each.name: run_version(course, each) for each in exercises},
            {each.name: verdicts_version(course, each) for each in exercises},
        )

    def rests_on(self, kept: Iterable[tuple[str, Kept]]) -> bool:
        """Say whether verdicts that were kept are today's, where no run had several streams."""
        return all(n in self.verdicts and not self.verdicts[n].others(k, several_streams=False) for n, k in kept)

    def judge(self, filed: Filed, pages: Path | None = None) -> Again:
        """Judge a submission again; write its new page beside the old one in `pages` where it is another one."""
        return _Rejudging(self, filed).again(pages)


class _Rejudging:
    """One submission."""

    def __init__(self, today: Today, filed: Filed) -> None:
        self._today = today
        self._course = today.course
        self._filed = filed
        self._row = filed.row
        self._unjudged: list[str] = []
        self._new: dict[str, Kept] = {}

    @cached_property
    def _traces(self) -> Mapping[str, Packed]:
        return unpacked(self._filed.traces)

    def again(self, pages: Path | None) -> Again:
        old = self._row.read_report()
        report = _summed(old, [self._exercise(before) for before in old.exercises], self._course)
        text = report_file.dump(report)
        present = {exercise.name for exercise in old.exercises}
        aside = [f"{name} was not part of the batch" for name in self._course.exercise_names if name not in present]
        changed = text != self._row.report
        page, drawings = (False, None) if pages is None else self._page(pages, report, changed=changed)
        return Again(
            self._row.name,
            text if changed else None,
            _change(old, report) if changed else None,
            bool(report.faults),
            page,
            drawings,
            tuple(self._unjudged),
            tuple(aside),
            self._new,
        )

    def _page(self, folder: Path, report: Report, *, changed: bool) -> tuple[bool, bytes | None]:
        """Draw the page beside the old one where it is another one: whether it is, and what is to be kept of it."""
        from grader.bulk import pages  # what draws pages takes longer to load than most judging again

        kept, old = self._filed.drawings, folder / f"{self._row.name}.html"
        if not changed and pages.is_of_today(self._course, kept):
            return False, None
        page = pages.page_of(self._course, report, lambda: self._traces, kept)
        is_other = changed or not old.is_file() or with_line(old.read_bytes(), "") != page.html
        if is_other:
            beside(old).write_bytes(page.html)
        return is_other, page.drawings if page.drawings != kept else None

    def _exercise(self, before: ExerciseReport) -> ExerciseReport:
        """Judge one exercise again, or say why not and leave it as it was."""
        name = before.name
        if name not in self._course.exercise_names:
            return self._as_it_was(before, "is not in the course any more; its marks stay as they were", colon=False)
        exercise = self._course.exercise(name)
        if before.outcome == "missing":
            return replace(before, title=exercise.title, max_score=float(exercise.max_score))
        if before.outcome == "error" and name not in self._traces:
            return self._as_it_was(before, "the grader failed when it was run; run bulk again")
        if self._row.run_versions.get(name) != self._today.runs[name]:
            return self._as_it_was(before, "its scenarios, fixtures or functions are others now; run bulk again")
        try:
            judged = self._verdicts(name)
            if isinstance(judged, str):
                return self._as_it_was(before, judged)
            made = reported(exercise, judged, self._course)
        except Exception as error:  # a fault of ours in one submission must not cost the others their marks
            said = f"the grader failed while judging it ({type(error).__name__}: {error}); its marks stay as they were"
            return self._as_it_was(before, said)
        return replace(made, traces=before.traces)

    def _verdicts(self, name: str) -> Judged | str:
        """Give today's verdicts on an exercise, or say why there are none."""
        exercise, today = self._course.exercise(name), self._today.verdicts[name]
        kept = self._filed.judged.get(name)
        only, earlier = frozenset(today.checks), None  # who has to speak again, and what all have said
        if kept is not None and kept.version == today.verdicts:
            earlier = judged_file.load(zlib.decompress(kept.said).decode())
            only = today.others(kept, several_streams=earlier.several_streams)
            if not only:
                return earlier
        from grader import judge  # and all checks: where no trace is judged, none of them is loaded

        traces: Mapping[str, Trace] = self._traces.get(name, {})
        wanted = [*exercise.scenarios, *([Trace.FUNCTIONS] if exercise.functions or exercise.names else [])]
        if lacking := [scenario for scenario in wanted if scenario not in traces]:
            return f"no stored trace of {', '.join(lacking)}; run bulk again"
        if earlier is None:
            judged = judge.verdicts_of(exercise, traces, self._course)
        else:
            judged = judge.verdicts_again(exercise, traces, self._course, only, earlier)
        self._new[name] = today.kept(zlib.compress(judged_file.dump(judged).encode()))
        return judged

    def _as_it_was(self, before: ExerciseReport, reason: str, *, colon: bool = True) -> ExerciseReport:
        self._unjudged.append(f"{before.name}{':' if colon else ''} {reason}")
        return before


def beside(page: Path) -> Path:
    """Give the place in which a new page waits until all is kept."""
    return page.with_name(f".{page.name}.regraded")


def _summed(old: Report, exercises: list[ExerciseReport], course: Course) -> Report:
    """Put exercises into a report that is otherwise that of the run."""
    return replace(
        old,
        course=course.title,
        grader=this_code().version,
        score=sum(exercise.score for exercise in exercises),
        max_score=sum(exercise.max_score for exercise in exercises),
        bonus=sum(exercise.bonus for exercise in exercises),
        exercises=tuple(exercises),
    )


def _change(before: Report, after: Report) -> Change | None:
    """Say how a mark changed, None where only words did."""
    earlier, later = _outcomes(before), _outcomes(after)
    marks = (before.score, before.bonus, before.max_score), (after.score, after.bonus, after.max_score)
    if marks[0] == marks[1] and earlier == later:
        return None
    checks = tuple(
        f"{name}: {earlier.get(name, 'not there')}, now {later.get(name, 'not there')}"
        for name in {**earlier, **later}
        if earlier.get(name) != later.get(name)
    )
    return Change(
        before.submission,
        before.score + before.bonus,
        after.score + after.bonus,
        checks,
        (before.max_score, after.max_score),
    )


def _outcomes(report: Report) -> dict[str, str]:
    return {f"{e.name}.{c.name}": f"{c.outcome} ({c.score:g})" for e in report.exercises for c in e.checks}
