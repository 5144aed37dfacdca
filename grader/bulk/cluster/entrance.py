"""Who of a cluster's workers is let in: sees who comes and goes, has each one checked, leaves out who would not do.

Theory: nothing of a student's is sent before all workers that are there at first are checked, and one of these that
would not grade as this machine does stops the batch: then the cluster is not what was meant. One that comes later is
left out, and said to be. What the batch must know of it becomes an event: a worker is ready, a worker is gone, no more
is waited for, it is over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from grader.bulk.cluster.address import is_open, warning
from grader.bulk.cluster.admission import Batch, Ready, Refused, admission
from grader.bulk.cluster.errands import Errands
from grader.bulk.cluster.scheduler import Scheduler, SchedulerError
from grader.sandbox.job import Seal

_LOOK_S = 0.3  # between two looks at which workers there are
_CHECK_S = 60.0  # for the workers that are there at first to be checked; those that are busy may come later


@dataclass(frozen=True)
class Went:
    """A worker is not there any more; `refused` says that it was left out anyway."""

    address: str
    refused: bool


@dataclass(frozen=True)
class Enough:
    """Workers that have not answered yet are waited for no longer; they may still come."""


@dataclass(frozen=True)
class Over:
    """The batch cannot go on."""

    reason: str


News = Ready | Went | Enough | Over


@dataclass(eq=False)
class _Guest:
    """A worker that is there."""

    refused: bool = False


class Entrance:
    """Watches a scheduler's workers and tells who may grade."""

    def __init__(
        self,
        scheduler: Scheduler,
        batch: Batch,
        errands: Errands,
        tell: Callable[[News], None],
        notice: Callable[[str], None],
    ) -> None:
        self._scheduler = scheduler
        self._batch = batch
        self._errands = errands
        self._tell = tell
        self._notice = notice
        self._guests: dict[str, _Guest] = {}
        self._first: set[str] = set()  # of the workers that were there at first, those that are not checked yet
        self._warned = False
        self.ended = False
        self.seal: Seal | None = None

    @property
    def closed(self) -> bool:
        """Some of the workers that were there at first are not checked yet: nothing may be sent."""
        return bool(self._first)

    @property
    def number(self) -> int:
        """How many workers there are."""
        return len(self._guests)

    @property
    def hopeful(self) -> bool:
        """A worker is there that grades, or is still being checked."""
        return not all(guest.refused for guest in self._guests.values())

    def __contains__(self, address: str) -> bool:
        return address in self._guests

    def forget(self, address: str) -> None:
        """Take a worker out; where it is there all the same, it comes anew."""
        self._first.discard(address)
        self._guests.pop(address, None)

    def warn(self, url: str) -> None:
        """Say once that an address is open, if it is."""
        if is_open(url) and not self._warned:
            self._warned = True
            self._notice(warning(url))

    async def watch(self) -> None:
        """Look again and again which workers there are."""
        waiting = False
        while not self.ended:  # being cancelled can get lost in Dask and in asyncio
            try:
                found = await self._scheduler.threads()
            except SchedulerError as error:
                self._tell(Over(str(error)))
                return
            if found and not self._guests:
                self._first |= found.keys()
                asyncio.get_running_loop().call_later(_CHECK_S, self._enough)
            for address in self._guests.keys() - found.keys():
                self._tell(Went(address, self._guests[address].refused))
                self.forget(address)
            for address in found.keys() - self._guests.keys():
                self._come(address, found[address])
            if not found and not waiting:
                self._notice(f"The scheduler at {self._scheduler.url} has no workers; waiting for one (Ctrl-C stops).")
            waiting = not found
            await asyncio.sleep(_LOOK_S)

    def _come(self, address: str, threads: int) -> None:
        self.warn(address)
        self._guests[address] = guest = _Guest()
        self._errands.begin(address, self._check(address, threads, guest))

    async def _check(self, address: str, threads: int, guest: _Guest) -> None:
        answer = await admission(self._scheduler, address, threads, self._batch)
        if self._guests.get(address) is not guest:  # gone meanwhile
            return
        if isinstance(answer, Ready) and self.seal not in (None, answer.seal):
            answer = Refused(address, f"seals programs by {answer.seal}, others by {self.seal}.")
        if isinstance(answer, Refused):
            self._leave_out(answer, guest)
            return
        self.seal = answer.seal  # type: ignore[assignment]  # a worker says it as text
        self._first.discard(address)
        self._tell(answer)

    def _leave_out(self, answer: Refused, guest: _Guest) -> None:
        """Leave out all of the batch where the worker is there from the beginning, the worker where it came later."""
        text = f"The worker {answer.address} {answer.reason}"
        guest.refused = True
        if answer.address in self._first:
            self._tell(Over(text))
        else:
            self._notice(f"{text} It is left out.")

    def _enough(self) -> None:
        self._first.clear()
        self._tell(Enough())
