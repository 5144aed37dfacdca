"""A batch from a folder of submissions to a folder of grades: the one writer. Hands work out and keeps what comes.

Theory: a submission is read once, here, so what is hashed is what is graded. What is graded already and unchanged is
passed over. A grade is kept (its page, then its row and traces in one transaction) as soon as it comes; the files that
list everybody are written at the end, from the store, in the order of the intake.
"""

from __future__ import annotations

import errno
import random
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from grader.bulk.archives.names import shown
from grader.bulk.basis import run_version, this_code, verdicts_version
from grader.bulk.bench import Orders, packed
from grader.bulk.bundle import checked, pack
from grader.bulk.frames import Grade
from grader.bulk.intake import Found, IntakeError, take_in
from grader.bulk.lock import Lock
from grader.bulk.order import lasting_early
from grader.bulk.outputs import write_outputs, write_page
from grader.bulk.pool import Pool, PoolError
from grader.bulk.rows import Key, Placed, Row
from grader.bulk.store import NAME, REPORTS, OtherStoreError, Store, StoreError
from grader.course import Course
from grader.grading import Graded, report_of
from grader.report import ExerciseReport
from grader.run.misnamed import misnamed
from grader.run.submission import Submission, SubmissionError
from grader.sandbox.job import Limits, Seal
from grader.sandbox.tiers import Wanted

if TYPE_CHECKING:
    from grader.bulk.cluster.address import Address
    from grader.bulk.cluster.engine import Cluster

_FAULTS_IN_A_ROW = 10  # then it is not the submissions
_COURSE = ".course"


@dataclass(frozen=True)
class Plan:
    """What is graded, how, and where to; `seed` None: the one stored in `out`, else a drawn one."""

    submissions: Path
    out: Path
    course: Path
    layout: str = "auto"
    only: tuple[str, ...] = ()
    jobs: int = 1
    seed: int | None = None
    time_limit_s: float = Limits().time_s
    seal: Wanted = "auto"
    fresh: bool = False
    twice: bool = False
    cluster: Address | None = None  # then `jobs` is of no account


@dataclass
class Tally:
    """How far a batch is; `faults` are submissions at which the grader failed, `notices` what must be said at once."""

    total: int = 0
    graded: int = 0
    unchanged: int = 0
    faults: int = 0
    left: int = 0  # rows of submissions that are not handed in any more
    seed: int = 0
    layout: str = ""
    nobodys: tuple[str, ...] = ()  # programs that lie in no submission
    seal: Seal | None = None
    seconds: float = 0.0
    differs: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def done(self) -> int:
        return self.graded + self.unchanged


class Told(Protocol):
    """Is told after every submission how far the batch is."""

    def __call__(self, tally: Tally) -> None: ...


async def run_batch(plan: Plan, told: Told) -> Tally:
    """Grade what is new or changed and write everything; raise IntakeError, LockedError, StoreError, PoolError."""
    taken_in = take_in(plan.submissions, plan.layout)
    if not taken_in.found:
        raise IntakeError(
            f"{plan.submissions} holds no submission. Name the folder that holds a folder for each student."
        )
    with _room():
        (plan.out / REPORTS).mkdir(parents=True, exist_ok=True)
    with Lock(plan.out):
        if plan.fresh:
            for ending in ("", "-wal", "-shm"):
                (plan.out / f"{NAME}{ending}").unlink(missing_ok=True)
        with Store(plan.out) as store:
            batch = _Batch(plan, store, told)
            batch.tally.layout = f"{taken_in.recognised.layout} ({taken_in.recognised.why})"
            batch.tally.nobodys = taken_in.nobodys
            return await batch.run(list(taken_in.found))


class _Batch:
    """One batch into one store."""

    def __init__(self, plan: Plan, store: Store, told: Told) -> None:
        self._plan = plan
        self._store = store
        self._told = told
        self._bundle = bundle = pack(Course(plan.course))
        self._snapshot = plan.out / _COURSE
        shutil.rmtree(self._snapshot, ignore_errors=True)
        with _room():
            self._course = bundle.unpack(self._snapshot)  # an edit while the batch runs must not split the class
        self._version = bundle.version
        self._orders = Orders(
            only=checked(self._course, plan.only),
            seed=_seed(plan, store),
            limits=Limits(time_s=plan.time_limit_s),
            seal=plan.seal,
            twice=plan.twice,
        )
        self._run_versions = {n: run_version(self._course, self._course.exercise(n)) for n in self._orders.only}
        self._verdicts_versions = {
            n: verdicts_version(self._course, self._course.exercise(n)) for n in self._orders.only
        }
        self._runs = 2 if plan.twice else 1
        self._taken: dict[str, tuple[int, Found, Key]] = {}
        self._faults = 0
        self.tally = Tally(seed=self._orders.seed)

    async def run(self, found: list[Found]) -> Tally:
        """Grade, keep, write."""
        started = time.monotonic()
        self.tally.total = len(found)
        self._store.seed = self._orders.seed
        self._store.course_title = self._course.title
        self._told(self.tally)
        try:
            async with self._workers() as workers:
                await workers.grade(lasting_early(self._work(found)), self._keep)
                self.tally.seal = workers.seal
            self.tally.left = self._store.place(Placed(f.name, f.student, f.late, f.mapping) for f in found)
            with _room():
                write_outputs(self._store, self._plan.out, self._course)
        finally:
            shutil.rmtree(self._snapshot, ignore_errors=True)
        self.tally.seconds = time.monotonic() - started
        return self.tally

    def _workers(self) -> Pool | Cluster:
        """Choose who grades: processes of this machine, or a cluster."""
        if self._plan.cluster is None:
            return Pool(self._plan.jobs, self._course, self._orders)
        from grader.bulk.cluster.engine import Cluster

        return Cluster(self._plan.cluster, self._course, self._bundle, self._orders, self._notice)

    def _notice(self, text: str) -> None:
        self.tally.notices.append(text)
        self._told(self.tally)

    def _work(self, found: list[Found]) -> Iterator[Submission]:
        """Give what has to be graded; pass over what is, and give what cannot be read its row at once."""
        for place, each in enumerate(found):
            try:
                submission = each.read()
                problem = _without_program(submission, self._course)
            except (SubmissionError, OSError) as error:
                submission, problem = Submission(each.name, {}, {"submission": str(error)}), str(error)
            key = Key(submission.sha256, self._version, str(this_code()), self._orders.only, self._plan.time_limit_s)
            if self._store.is_graded(each.name, key, self._runs) and self._page(each.name).is_file():
                self.tally.unchanged += 1
                self._told(self.tally)
                continue
            self._taken[each.name] = place, each, key
            if problem:
                self._keep(packed(self._course, self._unread(submission, problem), runs=self._runs))
            else:
                yield submission

    def _unread(self, submission: Submission, problem: str) -> Graded:
        exercises = [
            ExerciseReport(
                name=name,
                title=self._course.exercise(name).title,
                outcome="missing",
                score=0.0,
                max_score=float(self._course.exercise(name).max_score),
                fault=problem,
            )
            for name in self._orders.only
        ]
        seal = self.tally.seal or "none"
        return Graded(
            report_of(self._course, submission, exercises, seed=self._orders.seed, sandbox=seal, duration_s=0.0)
        )

    def _keep(self, grade: Grade) -> None:
        """Keep a grade: the page first, so that a row always has its page."""
        place, found, key = self._taken.pop(grade.name)
        with _room():
            write_page(self._page(grade.name), grade.page)
        row = Row(
            grade.name, found.student, key, grade.report, found.late, found.mapping, grade.runs, grade.differs,
            self._run_versions, grade.traces, place,
            {n: self._verdicts_versions[n].kept(data) for n, data in grade.judged.items()}, grade.drawings,
        )  # fmt: skip
        self._store.put(row)
        faults = row.read_report().faults
        self._faults = self._faults + 1 if faults else 0
        self.tally.graded += 1
        self.tally.faults += bool(faults)
        if grade.differs:
            self.tally.differs.append((grade.name, grade.differs))
        self._told(self.tally)
        if self._faults >= _FAULTS_IN_A_ROW:
            raise PoolError(
                f"The grader failed at {self._faults} submissions one after the other; the last time: {faults[0]}"
            )

    def _page(self, name: str) -> Path:
        return self._plan.out / REPORTS / f"{name}.html"


def _without_program(submission: Submission, course: Course) -> str:
    """Say why no exercise of the course can be found in what was handed in, '' where one can, or may be meant."""
    names = course.exercise_names
    if (submission.files.keys() | submission.rejected.keys()) & {f"{name}.py" for name in names}:
        return ""
    if any(misnamed(name, submission.files, names) for name in names):
        return ""
    if submission.rejected:
        return " ".join(f"{shown(name)} was not read: {why}." for name, why in list(submission.rejected.items())[:4])
    if not submission.files:
        return "It holds no files."
    some = ", ".join(shown(name) for name in sorted(submission.files)[:4])
    return f"None of its files is an exercise ({some}{' …' if len(submission.files) > 4 else ''})."


def _seed(plan: Plan, store: Store) -> int:
    """Choose the seed: the stored one goes on; another one than that would grade one class by two measures."""
    stored = store.seed
    if stored is None:
        return random.SystemRandom().randrange(1 << 32) if plan.seed is None else plan.seed
    if plan.seed not in (None, stored):
        raise OtherStoreError(
            f"{plan.out} was graded with --seed {stored}. Leave --seed away to go on, or add --fresh to grade all anew."
        )
    return stored


@contextmanager
def _room() -> Iterator[None]:
    """Say what a full disk means."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
            raise
        raise StoreError(
            f"The disk is full: {error.filename or 'a file'} could not be written. What was graded until now is kept; "
            "make room and run the same command again to go on."
        ) from error
