"""When a run is overdue: how much time a program has had that was its own.

A tick counts for a tick even when it comes late (as the first one does; or this machine was busy, or asleep). Time for
which the program stood in line for a processor is not its own, nor is time in which it could only wait for an answer
that we owe. Processor time counts in full, but for what is used beside such a wait (of that, the limit once over is
free) and what a busy program used because we came late to look at it. A program that can do nothing but sleep until
long after its time is overdue at once.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

from grader.replay.gate import CannotSay, CausalGate
from grader.replay.server import ReplayServer
from grader.run.waiting import Look, Watch

_FIRST_TICK_S = 0.5  # most programs have ended by then, and cost no look
_TICK_S = 0.1
_LONGEST_TICK_S = 0.15  # what one tick may count, however late it comes
_NAPS = 2  # in a tick: more than one pause that is meant as a pause
_LONGER = 2  # limits: who can do nothing for so long need not be watched
_TICKS_ASLEEP = 3  # in a row: what the kernel still has to deliver on a busy machine has come by then
_ROUNDS = 8  # of the loop: a client is accepted, greeted, read and heard in turn
_UTMOST = 60  # limits: the end of every run, whatever the machine is busy with


# What wakes a program at a time that the kernel shows nobody: it then gets all its time.
_UNSEEN = re.compile(rb"(?i:alarm|timer|signalfd|sigwait|ctypes|cffi)|TIMEO\b")


def may_be_woken_unseen(files: Mapping[str, bytes]) -> bool:
    """Whether a submission speaks of what can wake it without the kernel showing when: alarms, socket options."""
    return any(_UNSEEN.search(content) for content in files.values())


class OwnTime:
    """Counts the time that a program really had."""

    def __init__(
        self, limit_s: float, watch: Watch | None, server: ReplayServer, gate: CausalGate, *, alone: bool
    ) -> None:
        """`alone`: nobody but us, and nothing that the kernel does not show, can wake the program."""
        self._limit_s = limit_s
        self._watch = watch
        self._server = server
        self._gate = gate
        self._alone = alone
        self._quiet = True  # since the last tick
        self._rests: Mapping[int, int] = {}  # of its threads, at that tick

    def wrote(self) -> None:
        """Take note of output."""
        self._quiet = False

    async def over(self) -> None:
        """Return when the limit is up."""
        had_s, whole_s = 0.0, 0.0
        used_s, beside_s = 0.0, 0.0
        times: dict[int, tuple[int, int]] = {}
        loop = asyncio.get_running_loop()
        last = loop.time()
        pause_s = _FIRST_TICK_S
        sleeping = 0
        while True:
            await asyncio.sleep(pause_s)
            for _ in range(2):  # what lies in a pipe is read in these rounds of the loop, and nothing has left since
                await asyncio.sleep(0)
            pause_s = _TICK_S
            now = loop.time()
            passed_s, last = now - last, now
            whole_s += passed_s
            waits = self._waits_for_us()
            if not waits:
                had_s += min(passed_s, _LONGEST_TICK_S)
            before, times = times, {} if self._watch is None else self._watch.times_ns()
            in_line_ns = max((ns - before.get(thread, (0, 0))[1] for thread, (_, ns) in times.items()), default=0)
            # The kernel tells of a wait in line when it is over: it may be of earlier ticks.
            had_s = max(0.0, had_s - in_line_ns / 1e9)
            used_before_s = used_s
            if whole_s > 1.0 and times != before and self._watch is not None:
                used_s = self._watch.processor_s()
            if waits:
                beside_s += max(0.0, used_s - used_before_s)
            own_s = max(had_s, used_s - min(beside_s, self._limit_s)) - self._gate.overdone_s
            if own_s >= self._limit_s or whole_s >= _UTMOST * self._limit_s:
                return
            sleeping = sleeping + 1 if await self._sleeps_past(_LONGER * self._limit_s, whole_s) else 0
            if sleeping == _TICKS_ASLEEP:
                return

    def _waits_for_us(self) -> bool:
        """Whether a thread of the program is at the network until an answer comes that we owe, as far as one can say.

        What others do beside it (a spinner, a busy loop) is counted as processor time. A program that polls waits too.
        """
        if not self._server.owes:
            return False
        if self._watch is None:
            return self._gate.holds_blindly
        try:
            look = self._watch.look()
        except CannotSay:
            return self._gate.holds_blindly
        return self._polls(look) or look.on_descriptors or not (look.running or look.timed)

    def _polls(self, look: Look) -> bool:
        """Whether the program has only woken for moments, in which it showed nothing or had nothing more to show.

        Where many stand in line for a processor, one that has woken for a moment is most often found in that line.
        """
        assert self._watch is not None
        before, self._rests = self._rests, self._watch.rests()
        quiet, self._quiet = self._quiet, True
        awake = [thread for thread, state in look.states.items() if state != "blocked" and thread in self._rests]
        naps = all(self._rests[thread] - before.get(thread, self._rests[thread]) >= _NAPS for thread in awake)
        return naps and bool(awake) and (quiet or self._server.all_shown)

    async def _sleeps_past(self, seconds: float, elapsed_s: float) -> bool:
        """Whether it is certain that the program will do nothing at all for so long."""
        if self._watch is None or not self._alone:
            return False
        stirs = self._gate.stirs
        try:
            sleeps_on_s = self._watch.sleeps_on_s(elapsed_s)
        except CannotSay:
            return False
        for _ in range(_ROUNDS):  # whatever was on its way to us at that moment is taken in these rounds of the loop
            await asyncio.sleep(0)
        return sleeps_on_s >= seconds and self._gate.stirs == stirs and not self._server.owes
