"""The causal gate: decides when the next thing may leave the server. Order decides, never seconds.

Theory of operation. Piece *n+1* of a stream waits until piece *n* is on the program's screen, or until it is certain
that it will not appear by itself; a count's answer waits until the program can do nothing but wait for it, and so does
that of a plain call, though only for a moment where no stream is asked for beside it. Certain means: every thread of
the program was asleep at one moment with nothing but us to wake it, and after that moment nothing of its doing was
found in a pipe or a socket. Four cases need more than one look:

- A thread sleeps on a timer and none waits on a descriptor: the program is at work (a typewriter effect). Wait, unless
  it goes round and round without any effect: then it asks its socket every few moments (a poll).
- A thread sleeps on a timer while another waits on a descriptor: a spinner, a poll, a printer thread. Let the timers
  go round; when they have gone round without anything of the answer appearing, they are not what shows it. Once they
  have had this chance they get it again before more than a line is missing.
- A thread never sleeps while another waits on a descriptor: a busy loop. Let it work as long as a process needs to
  start up, once in a run; what it has not shown then, it does not show. Where no thread waits: somewhat longer. After
  that, too, it is waited for only before more than a line is missing. At a count: shorter, where the process that works
  is one that waits; it has started up.
- No thread has run since the piece left: it may still be on its way. Look again, a few times.

Before more than a line is missing, the next piece waits for a moment more (see `moments`). Where the operating system
cannot say any of this, a long deadline decides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, Protocol

from grader.progress import Progress
from grader.replay.looks import Looks
from grader.replay.moments import Moments
from grader.replay.patience import Look, Patience

Because = Literal["shown", "waiting", "deadline", "gone"]


class CannotSay(Exception):  # noqa: N818  (it is an answer, not an error)
    """The operating system does not tell what the program's threads do."""


class Gate(Protocol):
    """What the server asks before it sends on."""

    def stirred(self, *, output_bytes: int = 0, on_screen: bool = False) -> None:
        """Something came from the program (bytes of a request, a connection, output): nothing is settled yet."""

    def before_piece(self) -> None:
        """A piece is about to leave."""

    async def piece_shown(self, progress: Progress) -> Because:
        """Return when the pieces sent so far are shown, or will not be by themselves."""

    async def program_waits(self, *, briefly: bool = False) -> None:
        """Return when the program can do nothing but wait for an answer.

        `briefly`: as soon as all of it sleeps, whatever may wake it, or after a moment.
        """


class OpenGate:
    """A gate that holds nothing back: for clients whose screen is not seen."""

    def stirred(self, *, output_bytes: int = 0, on_screen: bool = False) -> None:
        """Ignore it."""

    def before_piece(self) -> None:
        """Ignore it."""

    async def piece_shown(self, progress: Progress) -> Because:
        """Let everything pass at once."""
        return "deadline"

    async def program_waits(self, *, briefly: bool = False) -> None:
        """Let everything pass at once."""


class Watch(Protocol):
    """Asks the operating system about the program's threads; all raise CannotSay."""

    def ran(self) -> dict[int, int]:
        """For how long each thread that was found before has run by now."""

    def asleep(self) -> Look | None:
        """Every thread, where all were asleep at one moment."""

    def last_look(self) -> Look:
        """Every thread, as the last of the looks found it; a first look where there was none."""


_IN_FLIGHT_LOOKS = 25  # looks at a program that has not run since the piece left
_UNREAD_LOOKS = 3  # the same, once it is known that nobody comes for the pieces
_SETTLING_LOOKS = 8  # at timers that have had their chance, to find them twice alike
_FLOOD_BYTES = 1 << 18  # of output while an answer is held: the program writes until it comes
_BRIEFLY_S = 0.2  # the longest moment for which a message is held
_COUNT_DEADLINE_S = 0.3  # where the system cannot say
_DEADLINES_S = (2.0, 2.0, 0.5, 0.25)  # where the system cannot say: the first, the second ... missed gate
_LAST_DEADLINE_S = 0.05


class CausalGate:
    """Holds pieces and whole answers by what the program does."""

    def __init__(self, watch: Callable[[], Watch | None]) -> None:
        """`watch` gives the program's watch once it runs, None before or where there is none."""
        self._watch = watch
        self.stirs = 0  # how often something came from the program
        self._output_bytes = 0
        self._pauses: set[asyncio.Future[bool]] = set()  # one for each answer that is held
        self._stirred = False
        self._piece_patience = Patience(learns=True)
        self._count_patience = Patience(learns=False)
        self._ran_before: dict[int, int] = {}
        self._unread = 0  # gates at which nobody came for the piece
        self._missed = 0  # deadlines missed in a row
        self._held_blindly = 0
        self._moments = Moments()

    def stirred(self, *, output_bytes: int = 0, on_screen: bool = False) -> None:
        self.stirs += 1
        self._output_bytes += output_bytes
        if on_screen:  # signs, perhaps, of which a typewriter needs many before the next letter
            self._piece_patience.wrote()
        self._stirred = True
        for pause in self._pauses:
            _end(pause, stirred=True)

    @property
    def overdone_s(self) -> float:
        """Processor seconds that a busy program was held for longer than it had to be, for we came late to look."""
        return (self._piece_patience.overdone_ns + self._count_patience.overdone_ns) / 1e9

    @property
    def holds_blindly(self) -> bool:
        """Whether something is held by a deadline, because nobody can say what the program does."""
        return self._held_blindly > 0

    @contextmanager
    def _blind(self) -> Iterator[None]:
        self._held_blindly += 1
        try:
            yield
        finally:
            self._held_blindly -= 1

    def before_piece(self) -> None:
        watch = self._watch()
        try:
            self._ran_before = {} if watch is None else watch.ran()
        except CannotSay:
            self._ran_before = {}

    async def piece_shown(self, progress: Progress) -> Because:
        looks, patience = Looks(asyncio.get_running_loop().time()), self._piece_patience
        in_flight = _IN_FLIGHT_LOOKS if self._unread < _UNREAD_LOOKS else _UNREAD_LOOKS
        shown_letters = progress.shown_letters
        watched = False  # whether what appears now is the work of timers
        patience.begin(self._ran_before)
        while True:
            self._stirred = False
            if progress.all_shown:
                if watched:
                    patience.restore()
                self._missed = self._unread = 0
                self._moments.shown()
                return "shown"
            if progress.shown_letters > shown_letters:
                shown_letters = progress.shown_letters
                if watched:
                    patience.restore()
                patience.begin()
            if await self._stirs_on(looks, patience):
                continue
            try:
                look = await self._asleep()
                if look is None:
                    if self._worked_enough(patience) or (patience.has_worked and not progress.is_close):
                        return "waiting"
                    continue
            except CannotSay:
                with self._blind():
                    return await self._by_deadline(progress)
            if progress.shown_letters > shown_letters or progress.all_shown:
                continue
            not_run = self._ran_before.items() <= look.ran_ns.items()  # a thread that came since was made by another
            if not_run and in_flight > 0:
                in_flight -= 1
                continue
            if look.timed:
                watched = True
                if look.on_descriptors and patience.has_seen and not progress.is_close:
                    return "waiting"
                if not patience.timers_over(look):
                    continue
            self._unread += not_run
            if moment_s := self._moments.next_s(progress):
                shown_letters = progress.shown_letters
                await asyncio.sleep(moment_s)
                if progress.shown_letters > shown_letters:
                    self._moments.shown()
            return "waiting"

    async def program_waits(self, *, briefly: bool = False) -> None:
        looks, patience = Looks(asyncio.get_running_loop().time()), self._count_patience
        patience.begin()
        settled: dict[int, int] | None = None
        tries = _SETTLING_LOOKS
        flood_bytes = self._output_bytes + _FLOOD_BYTES
        while self._output_bytes < flood_bytes and not (briefly and patience.waited_s > _BRIEFLY_S):
            self._stirred = False
            if await self._stirs_on(looks, patience):
                continue
            try:
                look = await self._asleep()
                if look is not None and briefly:  # whatever a timer may do
                    return
                if look is None:
                    if not briefly and self._worked_enough(patience):
                        return
                    continue
            except CannotSay:
                with self._blind():
                    await asyncio.sleep(_BRIEFLY_S if briefly else _COUNT_DEADLINE_S)
                return
            if look.timed and not patience.timers_over(look):
                continue
            if settled == look.ran_ns or tries == 0:  # alike twice: a request on its way to us has had time to arrive
                return
            settled = look.ran_ns
            if look.timed:
                tries -= 1
                looks.again()  # a timer that goes round quickly is hardly ever found alike after a long pause

    async def _stirs_on(self, looks: Looks, patience: Patience) -> bool:
        """Pause before the next look; tell whether something came, so that no look is worth while yet."""
        stirred = await self._wait(looks.next_s())
        took_s = looks.took_s(asyncio.get_running_loop().time())
        patience.passed(min(took_s, looks.last_s), took_s)
        return stirred and looks.again()

    def _worked_enough(self, patience: Patience) -> bool:
        """Whether a program that is not asleep has worked on for long enough beside a thread that waits for us."""
        watch = self._watch()
        if watch is None:
            return False
        look = watch.last_look()
        return patience.work_over(look) or patience.timers_in_line(look)

    async def _wait(self, seconds: float) -> bool:
        """Wait for a stir, at most so long; tell whether one came."""
        if self._stirred:
            return True
        loop = asyncio.get_running_loop()
        pause: asyncio.Future[bool] = loop.create_future()
        self._pauses.add(pause)
        timer = loop.call_later(seconds, _end, pause)
        try:
            return await pause
        finally:
            timer.cancel()
            self._pauses.discard(pause)

    async def _asleep(self) -> Look | None:
        """The threads, where all were asleep at one moment and had done nothing that we have not seen.

        Where one sleeps on a timer nothing is certain anyway, and what a spinner writes meanwhile does not count.
        """
        watch = self._watch()
        if watch is None:
            raise CannotSay
        stirs = self.stirs
        look = watch.asleep()
        if look is None:
            return None
        for _ in range(3):  # whatever lay in a pipe or a socket at that moment is read in these rounds of the loop
            await asyncio.sleep(0)
        return look if self.stirs == stirs or look.timed else None

    async def _by_deadline(self, progress: Progress) -> Because:
        left_s = _DEADLINES_S[self._missed] if self._missed < len(_DEADLINES_S) else _LAST_DEADLINE_S
        loop = asyncio.get_running_loop()
        deadline = loop.time() + left_s
        while not progress.all_shown:
            self._stirred = False
            if not await self._wait(max(0.0, deadline - loop.time())) and loop.time() >= deadline:
                self._missed += 1
                return "deadline"
        self._missed = 0
        return "shown"


def _end(pause: asyncio.Future[bool], stirred: bool = False) -> None:
    if not pause.done():
        pause.set_result(stirred)
