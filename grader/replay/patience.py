"""How long a gate bears with threads that may be of use: counted in their rounds and in their work, for a whole run.

A spinner, a poll or a busy loop beside a thread that waits at the network may be what shows the answer, or may go
round for ever. Each is given its chance; what has been in vain once is given less of it, until something appears.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Look(Protocol):
    """The threads of a program at one look: how long and how often each has run, and which sleep on timers."""

    @property
    def ran_ns(self) -> dict[int, int]: ...

    @property
    def turns(self) -> dict[int, int]: ...

    @property
    def timed(self) -> tuple[int, ...]: ...

    @property
    def on_descriptors(self) -> bool: ...


_PATIENCE_S = 2.0  # for timers that go round in vain, all gates of a run together
_RESTORATIONS = 3  # how often text that appears after all restores the patience
_ROUNDS = 3  # how often every timer has to go round, and for how long at the least
_ROUNDS_S = 0.3
_WORK_NS = 2_500_000_000  # of the processor, for all gates of a run: a process that starts up needs no more
_LAST_WORK_NS = 5_000_000  # for every gate after that


class Patience:
    """Watches timers and busy threads at the gates of one run; knows when they have had their chance.

    One that `learns` asks for a single round of what has been in vain before.
    """

    def __init__(self, *, learns: bool) -> None:
        self._learns = learns
        self._left_s = _PATIENCE_S
        self._restorations = _RESTORATIONS
        self._work_left_ns = _WORK_NS
        self._vain = False
        self.begin()

    def begin(self) -> None:
        """Begin to watch anew; what patience was spent stays spent."""
        self._watched_s = 0.0
        self._first_turns: dict[int, int] = {}
        self._first_ran_ns: Mapping[int, int] | None = None

    def restore(self) -> None:
        """Something appeared while the threads were watched: they are of use."""
        if self._vain or self._left_s <= 0:
            self._restorations -= 1
        if self._restorations > 0:
            self._left_s, self._vain = _PATIENCE_S, False

    def passed(self, seconds: float) -> None:
        """Note that so much time was spent in watching."""
        self._watched_s += seconds

    def timers_over(self, look: Look, seconds: float) -> bool:
        """Whether the timers of a sleeping program, one thread of which is at the network, have had their chance."""
        if not look.on_descriptors:
            return False
        self._left_s -= seconds
        known = self._learns and self._vain
        for thread in look.timed:
            self._first_turns.setdefault(thread, look.turns[thread])
        rounds = min(look.turns[thread] - self._first_turns[thread] for thread in look.timed)
        enough = rounds >= 1 if known else rounds >= _ROUNDS and self._watched_s >= _ROUNDS_S
        if enough or self._left_s <= 0:
            self._vain = True
            return True
        return False

    def work_over(self, look: Look) -> bool:
        """Whether a program has worked on for long enough while one of its threads is at the network."""
        if not look.on_descriptors:
            return False
        if self._first_ran_ns is None:
            self._first_ran_ns = dict(look.ran_ns)
        done_ns = sum(max(0, ran - self._first_ran_ns.get(thread, 0)) for thread, ran in look.ran_ns.items())
        if done_ns < max(self._work_left_ns, _LAST_WORK_NS):
            return False
        self._work_left_ns -= done_ns
        return True

    def wrote(self) -> None:
        """Something that is no letter came to the screen: the rounds so far show nothing."""
        self._first_turns = {}
