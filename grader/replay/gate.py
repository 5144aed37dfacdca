"""The causal gate: decides when the next thing may leave the server. Order decides, never seconds.

Theory of operation. Piece *n+1* of a stream waits until piece *n* is on the program's screen, or until it is certain
that it will not appear by itself; a count's answer waits until the program can do nothing but wait for it. Certain
means: every thread of the program was asleep at one moment with nothing but us to wake it, and after that moment
nothing of its doing was found in a pipe or a socket. Three cases need more than one look:

- A thread sleeps on a timer and none waits on a descriptor: the program is at work (a typewriter effect). Wait.
- A thread sleeps on a timer while another waits on a descriptor: a spinner, a poll, a printer thread. Let the timers
  go round; when they have gone round without anything of the answer appearing, they are not what shows it.
- No thread has run since the piece left: it may still be on its way. Look again, a few times.

Where the operating system cannot say any of this, a long deadline decides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal, Protocol

from grader.screen import Progress

Because = Literal["shown", "waiting", "deadline", "gone"]


class CannotSay(Exception):  # noqa: N818  (it is an answer, not an error)
    """The operating system does not tell what the program's threads do."""


class Gate(Protocol):
    """What the server asks before it sends on."""

    def stirred(self) -> None:
        """Something came from the program (bytes of a request, a connection, output): nothing is settled yet."""

    def before_piece(self) -> None:
        """A piece is about to leave."""

    async def piece_shown(self, progress: Progress) -> Because:
        """Return when the pieces sent so far are shown, or will not be by themselves."""

    async def program_waits(self) -> None:
        """Return when the program can do nothing but wait for an answer."""


class OpenGate:
    """A gate that holds nothing back: for clients whose screen is not seen."""

    def stirred(self) -> None:
        """Ignore it."""

    def before_piece(self) -> None:
        """Ignore it."""

    async def piece_shown(self, progress: Progress) -> Because:
        """Let everything pass at once."""
        return "deadline"

    async def program_waits(self) -> None:
        """Let everything pass at once."""


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


class Watch(Protocol):
    """Asks the operating system about the program's threads; both raise CannotSay."""

    def look(self) -> Look:
        """Every thread, as it is found."""

    def asleep(self) -> Look | None:
        """Every thread, where all were asleep at one moment."""


_FIRST_LOOK_S = 0.001  # a right program shows a piece in less; after that, looking costs it nothing
_SLOWEST_LOOK_S = 0.02
_IN_FLIGHT_LOOKS = 25  # looks at a program that has not run since the piece left
_UNREAD_LOOKS = 3  # the same, once it is known that nobody comes for the pieces
_PATIENCE_S = 2.0  # for timers that go round in vain, all gates of a run together
_RESTORATIONS = 3  # how often text that appears after all restores the patience
_COUNT_PATIENCE_S = 0.3
_ROUNDS = 3  # how often every timer has to go round before a count is answered
_DEADLINES_S = (2.0, 2.0, 0.5, 0.25)  # where the system cannot say: the first, the second ... missed gate
_LAST_DEADLINE_S = 0.05


class CausalGate:
    """Holds pieces and counts by what the program does."""

    def __init__(self, watch: Callable[[], Watch | None]) -> None:
        """`watch` gives the program's watch once it runs, None before or where there is none."""
        self._watch = watch
        self._stirs = 0
        self._stirred = asyncio.Event()
        self._piece_patience = _Patience()
        self._count_patience = _Patience()
        self._ran_before: dict[int, int] = {}
        self._unread = 0  # gates at which nobody came for the piece
        self._missed = 0  # deadlines missed in a row

    def stirred(self) -> None:
        self._stirs += 1
        self._stirred.set()

    def before_piece(self) -> None:
        watch = self._watch()
        try:
            self._ran_before = {} if watch is None else watch.look().ran_ns
        except CannotSay:
            self._ran_before = {}

    async def piece_shown(self, progress: Progress) -> Because:
        looks = _Looks()
        in_flight = _IN_FLIGHT_LOOKS if self._unread < _UNREAD_LOOKS else _UNREAD_LOOKS
        shown_letters = progress.shown_letters
        self._piece_patience.begin()
        while True:
            self._stirred.clear()
            if progress.all_shown:
                self._piece_patience.restore()
                self._missed = self._unread = 0
                return "shown"
            if progress.shown_letters > shown_letters:  # something appeared: timers are at work
                shown_letters = progress.shown_letters
                self._piece_patience.restore()
            if await self._wait(looks.next_s()):
                looks.again()
                continue
            try:
                look = await self._asleep()
            except CannotSay:
                return await self._by_deadline(progress)
            if look is None or progress.all_shown:
                continue
            not_run = look.ran_ns == self._ran_before
            if not_run and in_flight > 0:
                in_flight -= 1
                continue
            if look.timed and not (look.on_descriptors and self._piece_patience.over(looks.last_s)):
                continue
            self._unread += not_run
            return "waiting"

    async def program_waits(self) -> None:
        looks = _Looks()
        self._count_patience.begin()
        settled: dict[int, int] | None = None
        while True:
            self._stirred.clear()
            if await self._wait(looks.next_s()):
                looks.again()
                continue
            try:
                look = await self._asleep()
            except CannotSay:
                await asyncio.sleep(_COUNT_PATIENCE_S)
                return
            if look is None:
                continue
            if not look.timed:
                if settled == look.ran_ns:  # twice: a request on its way to us has had time to arrive
                    return
                settled = look.ran_ns
                continue
            if look.on_descriptors and self._count_patience.over(looks.last_s, look):
                return

    async def _wait(self, seconds: float) -> bool:
        """Wait for a stir, at most so long; tell whether one came."""
        try:
            await asyncio.wait_for(self._stirred.wait(), seconds)
        except asyncio.TimeoutError:
            return False
        return True

    async def _asleep(self) -> Look | None:
        """The threads, where all were asleep at one moment and had done nothing that we have not seen."""
        watch = self._watch()
        if watch is None:
            raise CannotSay
        stirs = self._stirs
        look = watch.asleep()
        if look is None:
            return None
        for _ in range(3):  # whatever lay in a pipe or a socket at that moment is read in these rounds of the loop
            await asyncio.sleep(0)
        return look if self._stirs == stirs else None

    async def _by_deadline(self, progress: Progress) -> Because:
        left_s = _DEADLINES_S[self._missed] if self._missed < len(_DEADLINES_S) else _LAST_DEADLINE_S
        loop = asyncio.get_running_loop()
        deadline = loop.time() + left_s
        while not progress.all_shown:
            self._stirred.clear()
            if not await self._wait(max(0.0, deadline - loop.time())) and loop.time() >= deadline:
                self._missed += 1
                return "deadline"
        self._missed = 0
        return "shown"


class _Looks:
    """The pauses between looks: short at first, longer while nothing stirs."""

    def __init__(self) -> None:
        self.last_s = 0.0
        self._next_s = _FIRST_LOOK_S

    def next_s(self) -> float:
        self.last_s = self._next_s
        self._next_s = min(self._next_s * 1.5, _SLOWEST_LOOK_S)
        return self.last_s

    def again(self) -> None:
        """Begin with short pauses."""
        self._next_s = _FIRST_LOOK_S


class _Patience:
    """Lets the timers of a program go round, and knows when they have done so in vain."""

    def __init__(self) -> None:
        self._left_s = _PATIENCE_S
        self._restorations = _RESTORATIONS
        self._watched_s = 0.0
        self._first_turns: dict[int, int] = {}

    def begin(self) -> None:
        """Begin to watch the timers anew; what patience was spent stays spent."""
        self._watched_s = 0.0
        self._first_turns = {}

    def restore(self) -> None:
        """Something appeared: the timers are of use."""
        if self._left_s <= 0:
            self._restorations -= 1
        if self._restorations > 0:
            self._left_s = _PATIENCE_S

    def over(self, passed_s: float, look: Look | None = None) -> bool:
        """Whether the timers have had their chance; with a look, a few rounds of each of them are enough."""
        self._left_s -= passed_s
        self._watched_s += passed_s
        if self._left_s <= 0:
            return True
        if look is None:
            return False
        for thread in look.timed:
            self._first_turns.setdefault(thread, look.turns[thread])
        rounds = min(look.turns[thread] - self._first_turns[thread] for thread in look.timed)
        return rounds >= _ROUNDS and self._watched_s >= _COUNT_PATIENCE_S
