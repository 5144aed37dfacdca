"""A class judged again from what a store keeps: which submissions are, on how many processors, and how it is kept.

Theory: a grade whose course and grader are today's is passed over unread. Of the others each is judged by itself
(`rejudging`), here or, where there are many, in processes that read the store beside this one writer. What they find
is taken into one transaction, and new pages lie beside the old until it ends: all is kept, or none.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path

from grader.bulk.basis import GraderCode, this_code
from grader.bulk.bundle import pack
from grader.bulk.rejudging import Again, Change, Today
from grader.bulk.rows import Standing
from grader.bulk.store import REPORTS, Store
from grader.course import Course

_CHUNK = 16  # submissions that are sent to another process at a time
_RUN_BY_ANOTHER = (
    "the programs were run by another version of the grader, which may see other things; bulk runs them anew"
)
_OF_TRACES_S, _OF_VERDICTS_S = 0.025, 0.0025  # about what one submission takes: from traces (or with a page), or not
_WORTH_PROCESSES_S = 1.5  # what takes less is done before other processes have started


@dataclass
class Rejudged:
    """What judging again came to."""

    total: int = 0
    unchanged: int = 0  # nothing that their grades rest on has changed
    changes: list[Change] = field(default_factory=list)
    words: int = 0  # reports of which only the words changed
    named: dict[str, list[str]] = field(default_factory=dict)  # what must be said of whom

    @property
    def changed(self) -> int:
        """How many reports are others now."""
        return len(self.changes) + self.words


@contextmanager
def regraded(store: Store, course: Course, jobs: int = 1, *, keep: bool) -> Iterator[Rejudged]:
    """Judge every stored submission again and give what came of it; keep it at the end of the block, or nothing."""
    out = store.path.parent
    version = pack(course).version
    result = Rejudged()
    with _tidied(out), store.amending() if keep else nullcontext():
        asked = list(_asked(store, result, version))
        rests_on = {each.name: (version, _code_of(each)) for each in asked}
        pages = []
        for again in _judged(out, store, course, [each.name for each in asked], jobs, keep=keep):
            _count(result, again)
            if keep:
                store.amend(again.name, again.report, again.judged, None if again.unjudged else rests_on[again.name])
                if again.report is not None:
                    pages.append(again.name)
        yield result
        for name in pages:
            os.replace(_beside(out, name), out / REPORTS / f"{name}.html")
    if keep:
        from grader.bulk.outputs import write_outputs

        write_outputs(store, out, course)


@contextmanager
def _tidied(out: Path) -> Iterator[None]:
    """Leave no new page beside an old one, however it ends."""
    try:
        yield
    finally:
        for page in (out / REPORTS).glob(_beside(out, "*").name):
            page.unlink(missing_ok=True)


def _asked(store: Store, result: Rejudged, version: str) -> Iterator[Standing]:
    """Pass over the grades that are today's; name those whose programs were run by other code."""
    now = this_code()
    for each in store.standings():
        result.total += 1
        made = GraderCode.read(each.grader)
        if made.running != now.running:
            result.named.setdefault(_RUN_BY_ANOTHER, []).append(each.name)
        if not each.faulty and each.course == version and (made.version, made.judging) == (now.version, now.judging):
            result.unchanged += 1
        else:
            yield each


def _code_of(standing: Standing) -> str:
    """What a grade rests on once it is judged again: it was run by the code that ran it."""
    now = this_code()
    return str(GraderCode(now.version, GraderCode.read(standing.grader).running, now.judging))


def _count(result: Rejudged, again: Again) -> None:
    for reason in (*again.unjudged, *again.aside):
        result.named.setdefault(reason, []).append(again.name)
    if again.change is not None:
        result.changes.append(again.change)
    elif again.report is not None:
        result.words += 1


def _judged(out: Path, store: Store, course: Course, names: list[str], jobs: int, *, keep: bool) -> Iterator[Again]:
    if not names:
        return
    today = Today.of(course)
    from_verdicts = not keep and store.verdicts_rest_on() <= {(n, v.verdicts) for n, v in today.verdicts.items()}
    if jobs == 1 or len(names) * (_OF_VERDICTS_S if from_verdicts else _OF_TRACES_S) < _WORTH_PROCESSES_S:
        for name in names:
            yield from _of_one(today, store, out, name, keep=keep)
        return
    context = multiprocessing.get_context("spawn")  # the same everywhere, and no thread is copied
    bench = _Bench(course.folder, out, keep)
    waiting: deque[Future[list[Again]]] = deque()
    chunks = iter(names)
    with ProcessPoolExecutor(jobs, context) as pool:
        while chunk := list(islice(chunks, _CHUNK)):
            waiting.append(pool.submit(bench, chunk))
            if len(waiting) > 2 * jobs:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _of_one(today: Today, store: Store, out: Path, name: str, *, keep: bool) -> Iterator[Again]:
    row = store.row(name)
    if row is not None:
        yield today.judge(store, row, _beside(out, name) if keep else None)


def _beside(out: Path, name: str) -> Path:
    return out / REPORTS / f".{name}.html.regraded"


@dataclass(frozen=True)
class _Bench:
    """Judges chunks in whatever process it is sent to."""

    folder: Path
    out: Path
    keep: bool

    def __call__(self, chunk: list[str]) -> list[Again]:
        today = _today(self.folder)
        with Store(self.out, reading=True) as store:
            return [again for name in chunk for again in _of_one(today, store, self.out, name, keep=self.keep)]


@lru_cache(maxsize=1)
def _today(folder: Path) -> Today:
    return Today.of(Course(folder))
