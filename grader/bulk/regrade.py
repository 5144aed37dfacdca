"""A class judged again from what a store keeps: which submissions are, on how many processors, and how it is kept.

Theory: a grade whose course and grader are today's is passed over unread. Of the others each is judged by itself
(`rejudging`), here or, where there are many, in processes that are sent what the store keeps of it and never open the
store. What they find is taken into one transaction, and new pages lie beside the old until it ends: all is kept, or
none. It also says whose pages are to be replaced, so that a kill in between leaves none that is out of date for long.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from grader.bulk.basis import GraderCode, this_code
from grader.bulk.bundle import pack
from grader.bulk.rejudging import Today, beside
from grader.bulk.rows import Again, Change, Filed, Standing
from grader.bulk.store import REPORTS, Store
from grader.course import Course
from grader.documents import DocumentError

_CHUNK, _CHUNKS_EACH = 16, 6  # the most submissions that go to another process at a time, and how often at least
_RUN_BY_ANOTHER = (
    "the programs were run by another version of the grader, which may see other things; bulk runs them anew"
)
_OF_TRACES_S, _OF_VERDICTS_S = 0.025, 0.0025  # about what one submission takes: from traces (or with a page), or not
_WORTH_PROCESSES_S, _WORTH_FORKS_S = 1.5, 0.1  # what takes less is done before other processes have started


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
    names: list[str] = []  # whose pages are others
    with _tidied(out):
        with store.amending() if keep else nullcontext():
            asked = list(_asked(store, result, version))
            rests_on = {each.name: (version, _code_of(each)) for each in asked}
            for again in _judged(out, store, course, [each.name for each in asked], jobs, keep=keep):
                _count(result, again)
                if keep:
                    store.amend(again, None if again.unjudged else rests_on[again.name])
                if again.page:
                    names.append(again.name)
            if keep:
                store.note_unwritten(store.unwritten | set(names))
            yield result
        for name in names:
            page = out / REPORTS / f"{name}.html"
            os.replace(beside(page), page)
    if keep:
        from grader.bulk.outputs import write_outputs

        store.note_unwritten(store.unwritten - set(names))
        write_outputs(store, out, course)


@contextmanager
def _tidied(out: Path) -> Iterator[None]:
    """Leave no new page beside an old one, however it ends."""
    try:
        yield
    finally:
        for page in (out / REPORTS).glob(beside(Path("*.html")).name):
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
    pages = out / REPORTS if keep else None
    filed = (each for each in map(store.filed, names) if each is not None)
    from_verdicts = not keep and today.rests_on(store.verdicts_rest_on())
    forked = _may_fork()
    worth_s = _WORTH_FORKS_S if forked else _WORTH_PROCESSES_S
    if jobs == 1 or len(names) * (_OF_VERDICTS_S if from_verdicts else _OF_TRACES_S) < worth_s:
        for each in filed:
            yield today.judge(each, pages)
        return
    if keep:
        import grader.bulk.pages  # noqa: F401  (loaded once, before processes are made)
    with suppress(DocumentError):  # read once as well; what is wrong with it is said where it is needed
        course.misconceptions  # noqa: B018  (reading it is what it is for)
    context = multiprocessing.get_context("fork" if forked else "spawn")
    size = max(1, min(_CHUNK, len(names) // (_CHUNKS_EACH * jobs)))
    waiting: deque[Future[list[Again]]] = deque()
    with ProcessPoolExecutor(jobs, context, _begin, (today if forked else course.folder,)) as pool:
        while chunk := list(islice(filed, size)):
            waiting.append(pool.submit(_judged_there, chunk, pages))
            if len(waiting) > 2 * jobs:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _may_fork() -> bool:
    """Whether processes can be made of this one, with all that it has loaded: on Linux, where no thread is copied."""
    return sys.platform == "linux" and threading.active_count() == 1


_here: list[Today] = []  # in a process that judges: today's course


def _begin(course: Today | Path) -> None:
    """Make a process ready: `course` is read already where the process was forked."""
    gc.freeze()  # what is loaded stays: no collection has to look at it, and no page of memory is copied for it
    gc.set_threshold(20_000, 20, 50)  # events of traces are many, and in no cycles
    _here.append(Today.of(Course(course)) if isinstance(course, Path) else course)


def _judged_there(chunk: list[Filed], pages: Path | None) -> list[Again]:
    return [_here[0].judge(each, pages) for each in chunk]
