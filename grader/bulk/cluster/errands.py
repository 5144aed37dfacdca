"""What is under way towards workers: begun, dropped with its worker, ended with the batch. Knows nothing of grading."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from grader.bulk.cluster.scheduler import one_line

_LAST_S = 5.0  # for what is under way to be cancelled


class Errands:
    """Coroutines that run beside the batch, by the address that each is for ("" for none)."""

    def __init__(self, failed: Callable[[str], None]) -> None:
        self._failed = failed
        self._tasks: dict[asyncio.Task[None], str] = {}

    def begin(self, address: str, doing: Coroutine[Any, Any, None]) -> None:
        """Run something; `failed` hears of it when that raises, so that no fault of ours leaves the batch waiting."""
        task = asyncio.ensure_future(doing)
        self._tasks[task] = address
        task.add_done_callback(self._done)

    def drop(self, address: str) -> None:
        """Cancel what is under way for one address: a question to a worker that is gone is never answered."""
        for task, whose in self._tasks.items():
            if whose == address:
                task.cancel()

    async def end(self) -> None:
        """Cancel everything."""
        tasks = [*self._tasks]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=_LAST_S)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failed(f"The cluster's part of the grader failed: {one_line(error)}.")
