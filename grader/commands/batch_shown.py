"""How far a batch is, while it runs: a bar on a terminal, lines in a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.commands import Say

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from grader.bulk.batch import Tally

_LARGE = 50  # submissions


class BatchShown:
    """Shows on a terminal how far the batch is (done, rate, time left, failures), and says at once what is noticed.

    Where nobody looks, each tenth of a large class is a line, for a log.
    """

    def __init__(self, say: Say) -> None:
        from grader.bulk.batch import Tally

        self._say = say
        self._said = self._tenths = 0
        self.tally: Tally = Tally()
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> BatchShown:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("Grading"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[faults]}"),
            console=console,
            disable=not console.is_terminal,
        )
        self._progress.start()
        self._task = self._progress.add_task("", total=None, rate="", faults="")
        return self

    def __call__(self, tally: Tally) -> None:
        self.tally = tally
        for notice in tally.notices[self._said :]:
            self._say(notice, error=True)
        self._said = len(tally.notices)
        if self._progress is None or self._task is None:
            return
        tenths = 10 * tally.done // max(tally.total, 1)
        if self._progress.disable and tenths > self._tenths and tally.total >= _LARGE:
            self._tenths = tenths
            self._say(f"{tally.done} of {tally.total} submissions", error=True)
        speed = self._progress.tasks[0].finished_speed or self._progress.tasks[0].speed
        self._progress.update(
            self._task,
            total=tally.total,
            completed=tally.done,
            rate=f"{speed:.1f}/s" if speed else "",
            faults=f"{tally.faults} not graded" if tally.faults else "",
        )

    def __exit__(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.stop()
