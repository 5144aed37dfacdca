"""How long a gate bears with threads that may be of use: counted in their rounds and in their work, for a whole run.

A spinner, a poll or a busy loop beside a thread that waits at the network may be what shows the answer, or may go
round for ever. Each is given its chance; what has been in vain once is given less of it, until something appears.
Where no thread waits at the network, the program is at work, or it asks a socket again and again whether there is
anything to read: that shows only when it has gone round far more often, or worked far longer, without any effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Look(Protocol):
    """The threads of a program at one look: how long and how often each has run, which sleep on timers or are awake.

    `on_descriptors`: one waits on descriptors; `starting`: a process runs of which none does.
    """

    @property
    def ran_ns(self) -> dict[int, int]: ...

    @property
    def turns(self) -> dict[int, int]: ...

    @property
    def timed(self) -> tuple[int, ...]: ...

    @property
    def awake(self) -> tuple[int, ...]: ...

    @property
    def on_descriptors(self) -> bool: ...

    @property
    def starting(self) -> bool: ...


_PATIENCE_S = 2.0  # for timers that go round in vain, all gates together since text appeared
_RESTORATIONS = 3  # how often text that appears after all makes a gate as patient as the first
_ROUNDS = 3  # how often every timer has to go round, and for how long at the least
_ROUNDS_S = 0.3
_FIRST_ROUNDS_S = 1.0  # at a piece: one that shows the answer now and then has done so by then
_LONGEST_S, _LONGEST_COUNT_S = 1.5, 0.6  # at one gate and by the clock: clients have time-outs
_LAST_ROUND_S = 0.3  # for the one round that is left when patience is spent
_MOST_ROUNDS = 250  # where it has been seen to need more: twice what it needed, but no more than this
_POLLS, _POLLS_S = 40, 1.0  # the same where nobody waits at the network: a typewriter has shown a word by then
_KNOWN_POLLS = 2  # rounds once polls are known to be in vain: in the second whatever came with the first is read
_WORK_NS = 2_500_000_000  # of the processor, for all gates of a run: a process that starts up needs no more
_STARTED_WORK_NS = 750_000_000  # of that, at a count of a process that waits for it: it has started up
_POLLING_WORK_NS = 1_500_000_000  # besides, at a piece for which nobody waits at the network: it may be at work on it
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
        self.has_worked = False  # a busy thread has had its chance
        self._vain = False
        self._of_use = False
        self._rounds = _ROUNDS
        self._rounds_here = 0  # at this gate
        self._rounds_before = 0  # at the gates before, since something appeared
        self.overdone_ns = 0  # what was worked beyond what is borne with: we came late to look
        self.begin()

    @property
    def has_seen(self) -> bool:
        """Whether timers have had a chance before, and either showed something or did not."""
        return self._vain or self._of_use

    def begin(self, ran_before: Mapping[int, int] | None = None) -> None:
        """Begin to watch anew; what patience was spent stays spent.

        `ran_before`: for how long (ns) threads had run before; the others are counted from the first look.
        """
        self._watched_s = self.waited_s = 0.0  # as meant, and by the clock
        self._last_s = 0.0, 0.0
        self._first_turns: dict[int, int] = {}
        self._ran_before = ran_before or {}
        self._first_ran_ns: Mapping[int, int] | None = None

    def restore(self) -> None:
        """Something appeared while the threads were watched: they are of use, and need so many rounds for it.

        So all patience is there again; but a few times only is the next vain gate borne with as the first was.
        """
        self._of_use = True
        self._rounds = max(self._rounds, min(2 * (self._rounds_before + self._rounds_here), _MOST_ROUNDS))
        self._rounds_before = self._rounds_here = 0
        if self._vain or self._left_s <= 0:
            self._restorations -= 1
        if self._restorations > 0:
            self._vain = False
        self._left_s = _PATIENCE_S

    def passed(self, meant_s: float, took_s: float) -> None:
        """Note a pause: how long it was meant to be, which a busy machine does not stretch, and how long it took."""
        self._last_s = meant_s, took_s
        self._watched_s += meant_s
        self.waited_s += took_s

    def timers_over(self, look: Look) -> bool:
        """Whether the timers of a sleeping program have had their chance.

        Polls are counted as the program makes them, so their time may be that of the clock.
        """
        self._left_s -= self._last_s[0 if look.on_descriptors else 1]
        known = self._learns and self._vain
        for thread in look.timed:
            self._first_turns.setdefault(thread, look.turns[thread])
        self._rounds_here = rounds = min(look.turns[thread] - self._first_turns[thread] for thread in look.timed)
        if look.on_descriptors:
            least_s = _FIRST_ROUNDS_S if self._learns else _ROUNDS_S
            enough = rounds >= 1 if known else rounds >= self._rounds and self._watched_s >= least_s
            enough = enough or (rounds >= 1 and self._waited_long)
            if self._left_s <= 0:  # what has been of use is let go round once all the same
                enough = enough or not self._of_use or rounds >= 1 or self._watched_s >= _LAST_ROUND_S
        elif known or self._left_s <= 0:
            enough = rounds >= _KNOWN_POLLS
        else:
            enough = rounds >= _POLLS and self.waited_s >= _POLLS_S
        if enough:
            self._vain = True
            self._rounds_before += rounds
            self._rounds_here = 0
            return True
        return False

    def timers_in_line(self, look: Look) -> bool:
        """Whether all that is awake at a piece are timers that have gone round by the clock, and stand in line again.

        On a busy machine they stand there most of the time, and are hardly ever found asleep. Where one was not, it may
        have been in line for the interpreter, which looks like a timer. At a count, it may be about to send.
        """
        back = [thread in self._first_turns and look.turns[thread] > self._first_turns[thread] for thread in look.awake]
        return self._learns and look.on_descriptors and self._waited_long and bool(back) and all(back)

    @property
    def _waited_long(self) -> bool:
        return self.waited_s >= (_LONGEST_S if self._learns else _LONGEST_COUNT_S)

    def work_over(self, look: Look) -> bool:
        """Whether a program that never sleeps has worked on for long enough."""
        if self._first_ran_ns is None:
            self._first_ran_ns = {**look.ran_ns, **self._ran_before}
        done_ns = sum(max(0, ran - self._first_ran_ns.get(thread, 0)) for thread, ran in look.ran_ns.items())
        may_show = self._learns and not look.on_descriptors
        left_ns = self._work_left_ns + (_POLLING_WORK_NS if may_show else 0)
        if not self._learns and not look.starting:
            left_ns -= _WORK_NS - _STARTED_WORK_NS
        borne_ns = max(left_ns, _LAST_WORK_NS)
        if done_ns < borne_ns:
            return False
        self.has_worked = True
        self._work_left_ns -= done_ns
        self.overdone_ns += done_ns - borne_ns
        return True

    def wrote(self) -> None:
        """Something that is no letter came to the screen: the rounds so far show nothing."""
        self._first_turns = {}
