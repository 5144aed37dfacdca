"""The causal gate, with an operating system made of a list: no process and no clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pytest

from grader.progress import Progress
from grader.replay.gate import CannotSay, CausalGate
from grader.replay.patience import Patience
from grader.screen import Screen


@dataclass
class FakeLook:
    """What the threads of an imagined program do."""

    ran_ns: dict[int, int]
    turns: dict[int, int] = field(default_factory=dict)
    timed: tuple[int, ...] = ()
    on_descriptors: bool = True
    starting: bool = True
    running: bool = False
    awake: tuple[int, ...] = ()


class FakeWatch:
    """Gives one look after the other; the last one for ever."""

    def __init__(self, looks: Iterable[FakeLook | Callable[[], FakeLook | None] | None]) -> None:
        self._looks = list(looks)
        self.asked = 0
        self.works_ns = 0  # between two looks, in a thread that never sleeps
        self.on_descriptors = True  # another waits for us
        self.starting = True  # but none of the process that works
        self.worked_ns = 0

    def last_look(self) -> FakeLook:
        self.worked_ns += self.works_ns
        ran_ns = {1: 0, 2: self.worked_ns} if self.worked_ns else {1: 0}
        return FakeLook(ran_ns, on_descriptors=self.on_descriptors, starting=self.starting)

    def ran(self) -> dict[int, int]:
        return self.last_look().ran_ns

    def asleep(self) -> FakeLook | None:
        self.asked += 1
        look = self._looks.pop(0) if len(self._looks) > 1 else self._looks[0]
        return look() if callable(look) else look


class BlindWatch:
    """A system that says nothing."""

    def last_look(self) -> FakeLook:
        raise CannotSay

    def ran(self) -> dict[int, int]:
        raise CannotSay

    def asleep(self) -> FakeLook | None:
        raise CannotSay


def asleep(ran: int = 1, **more: object) -> FakeLook:
    """A look at one sleeping thread that has run `ran` nanoseconds."""
    return FakeLook({1: ran}, {1: ran}, **more)  # type: ignore[arg-type]


def piece(gate: CausalGate, screen: Screen, text: str = "hello") -> Progress:
    """Send one piece past a gate."""
    progress = Progress(screen)
    gate.before_piece()
    progress.send(text)
    return progress


async def held(waiting: Iterable[FakeLook | Callable[[], FakeLook | None] | None]) -> tuple[str, int]:
    """Hold one piece that is never shown; say why it was let go and how often the system was asked."""
    watch = FakeWatch(waiting)
    gate = CausalGate(lambda: watch)
    progress = piece(gate, Screen())
    because = await asyncio.wait_for(gate.piece_shown(progress), 20)
    return because, watch.asked


def test_a_piece_that_is_on_the_screen_opens_the_gate() -> None:
    """What the program shows at once lets the next piece go, and nothing is asked of the system."""

    async def scene() -> tuple[str, int]:
        screen, watch = Screen(), FakeWatch([None])
        gate = CausalGate(lambda: watch)
        progress = piece(gate, screen)
        waiting = asyncio.ensure_future(gate.piece_shown(progress))
        await asyncio.sleep(0)
        screen.write(b"hello")
        gate.stirred()
        return await waiting, watch.asked

    assert asyncio.run(scene()) == ("shown", 0)


def test_a_heading_opens_no_gate() -> None:
    """Other text on the screen is not the piece."""

    async def scene() -> str:
        screen, watch = Screen(), FakeWatch([asleep()])
        gate = CausalGate(lambda: watch)
        progress = piece(gate, screen)
        screen.write(b"ANSWER:\n")
        gate.stirred()
        return await gate.piece_shown(progress)

    assert asyncio.run(scene()) == "waiting"


def test_a_program_that_is_at_work_is_waited_for() -> None:
    """As long as a thread runs the gate stays closed, however often it looks."""
    because, asked = asyncio.run(held([None] * 30 + [asleep()]))
    assert (because, asked) == ("waiting", 31)


def test_a_sleeping_program_that_only_waits_lets_the_next_piece_go() -> None:
    """All threads blocked: the piece will not appear by itself."""
    assert asyncio.run(held([asleep()])) == ("waiting", 1)


def test_a_sleep_without_a_wait_on_the_network_is_waited_out() -> None:
    """A typewriter effect (asleep on a timer, nobody at the network) keeps the gate closed until it is done."""
    naps = [asleep(n, timed=(1,), on_descriptors=False) for n in range(1, 40)]
    because, asked = asyncio.run(held([*naps, asleep(99)]))
    assert (because, asked) == ("waiting", 40)


def test_a_spinner_is_given_its_turns_once_and_then_known() -> None:
    """Timers beside a waiting thread cost patience once in a run, not at every piece."""

    async def scene() -> list[int]:
        ran = iter(range(1, 100_000))

        def spin() -> FakeLook:
            return asleep(next(ran), timed=(1,))

        watch = FakeWatch([spin])
        gate = CausalGate(lambda: watch)
        screen, costs = Screen(), []
        for text in ("hello", "there"):
            before = watch.asked
            assert await gate.piece_shown(piece(gate, screen, text)) == "waiting"
            costs.append(watch.asked - before)
        return costs

    first, second = asyncio.run(scene())
    assert first > 10
    assert second <= 2


def test_a_piece_that_nobody_has_fetched_yet_is_not_given_up_at_once() -> None:
    """Before any thread has run since the piece left, it may still be on its way."""
    because, asked = asyncio.run(held([asleep(0)] * 5 + [asleep(1)]))
    assert (because, asked) == ("waiting", 6)


def test_something_that_arrives_while_the_system_is_asked_unsettles_the_answer() -> None:
    """Bytes that come in after the look make it worthless."""

    async def scene() -> tuple[str, int]:
        screen = Screen()
        gate: CausalGate

        def stirring() -> FakeLook:
            asyncio.get_running_loop().call_soon(gate.stirred)
            return asleep(1)

        watch = FakeWatch([stirring, asleep(2)])
        gate = CausalGate(lambda: watch)
        return await gate.piece_shown(piece(gate, screen)), watch.asked

    assert asyncio.run(scene()) == ("waiting", 2)


def test_a_count_is_answered_when_the_program_can_only_wait() -> None:
    """One look is not enough, two alike are."""

    async def scene() -> int:
        watch = FakeWatch([None, asleep(1), asleep(2), asleep(2)])
        await CausalGate(lambda: watch).program_waits()
        return watch.asked

    assert asyncio.run(scene()) == 4


def test_a_count_beside_a_spinner_is_answered_after_a_few_turns_of_it() -> None:
    """A timer that goes round while the program waits does not hold a count for long."""

    async def scene() -> int:
        ran = iter(range(1, 100_000))
        watch = FakeWatch([lambda: asleep(next(ran), timed=(1,))])
        await asyncio.wait_for(CausalGate(lambda: watch).program_waits(), 10)
        return watch.asked

    assert 4 <= asyncio.run(scene()) < 60


def test_a_timer_that_has_just_woken_may_be_about_to_send() -> None:
    """It slept for longer than a spinner does, and its request arrives two looks later: the count is still held."""

    async def scene() -> bool:
        loop, looks = asyncio.get_running_loop(), 0
        began = loop.time()

        def look() -> FakeLook:
            nonlocal looks
            if loop.time() - began > 0.7:
                looks += 1
            return asleep(1 + looks, timed=(1,))

        await asyncio.wait_for(CausalGate(lambda: FakeWatch([look])).program_waits(), 10)
        return looks >= 3

    assert asyncio.run(scene())


def test_a_program_that_writes_until_it_is_answered_is_answered() -> None:
    """A line for every moment of waiting: the answer comes before the flood ends the run; a heading changes nothing."""

    async def scene(size_bytes: int) -> int:
        watch = FakeWatch([None] * 30 + [asleep()])
        gate = CausalGate(lambda: watch)
        waiting = asyncio.ensure_future(gate.program_waits())
        await asyncio.sleep(0)
        gate.stirred(output_bytes=size_bytes, on_screen=True)
        await asyncio.wait_for(waiting, 20)
        return watch.asked

    assert asyncio.run(scene(1 << 20)) < 10
    assert asyncio.run(scene(1 << 10)) > 30


def test_a_busy_loop_beside_a_waiting_thread_is_known_once_it_has_worked_in_vain() -> None:
    """A thread that never sleeps holds the first gate for seconds of the processor, and the next for hardly any."""

    async def scene() -> list[int]:
        watch = FakeWatch([None])
        watch.works_ns = 250_000_000
        gate, costs = CausalGate(lambda: watch), []
        for text in ("hello", "there"):
            before = watch.asked
            assert await asyncio.wait_for(gate.piece_shown(piece(gate, Screen(), text)), 20) == "waiting"
            costs.append(watch.asked - before)
        before = watch.asked
        await asyncio.wait_for(gate.program_waits(), 20)
        return [*costs, watch.asked - before]

    first, second, count = asyncio.run(scene())
    assert first >= 10
    assert second <= 2
    assert count >= 10


def test_a_count_waits_longer_for_a_process_that_starts_than_beside_a_busy_loop() -> None:
    """A process that starts up may be about to send something; a thread of the process that waits has started long ago.

    Each is borne with once in a run.
    """

    async def scene(starting: bool) -> list[int]:
        watch = FakeWatch([None])
        watch.works_ns, watch.starting = 50_000_000, starting
        gate, costs = CausalGate(lambda: watch), []
        for _ in range(2):
            before = watch.asked
            await asyncio.wait_for(gate.program_waits(), 20)
            costs.append(watch.asked - before)
        return costs

    beside, beside_again = asyncio.run(scene(False))
    starts, _ = asyncio.run(scene(True))
    assert 10 <= beside <= 20 and beside_again <= 2
    assert starts >= 45


def test_what_a_busy_loop_works_while_nobody_looks_is_known_as_ours() -> None:
    """It was known to be in vain, and a quarter of a second went by before the next look: that is not its time."""

    async def scene() -> list[float]:
        watch = FakeWatch([None])
        watch.works_ns = 250_000_000
        gate, overdone_s = CausalGate(lambda: watch), []
        for text in ("hello", "there", "again"):
            await asyncio.wait_for(gate.piece_shown(piece(gate, Screen(), text)), 20)
            overdone_s.append(gate.overdone_s)
        return overdone_s

    first, second, third = asyncio.run(scene())
    assert first < 0.25
    assert 0.2 < second - first < 0.5
    assert 0.2 < third - second < 0.5


def test_a_thread_that_has_come_since_the_last_look_is_not_held_to_have_worked_in_vain() -> None:
    """What it had run before the piece left is no work on the piece: it is given its chance."""

    async def scene() -> str:
        screen, looks = Screen(), 0

        def busy() -> None:
            nonlocal looks
            looks += 1
            if looks == 6:
                screen.write(b"hello")

        watch = FakeWatch([busy])
        watch.ran = lambda: {1: 0}  # type: ignore[method-assign]  # the other is not known yet
        watch.worked_ns, watch.works_ns = 60_000_000_000, 100_000
        gate = CausalGate(lambda: watch)
        return await asyncio.wait_for(gate.piece_shown(piece(gate, screen)), 20)

    assert asyncio.run(scene()) == "shown"


def test_a_program_that_asks_its_socket_again_and_again_is_answered() -> None:
    """Asleep on a timer for a moment, forty times and more without any effect: it polls, so it waits for us."""

    async def scene() -> list[int]:
        ran = iter(range(1, 100_000))
        watch = FakeWatch([lambda: asleep(next(ran), timed=(1,), on_descriptors=False)])
        gate, costs = CausalGate(lambda: watch), []
        for text in ("hello", "there"):
            before = watch.asked
            assert await asyncio.wait_for(gate.piece_shown(piece(gate, Screen(), text)), 20) == "waiting"
            costs.append(watch.asked - before)
        before = watch.asked
        await asyncio.wait_for(gate.program_waits(), 20)
        return [*costs, watch.asked - before]

    first, second, count = asyncio.run(scene())
    assert first > 40
    assert second < 10
    assert count > 40


def test_a_busy_loop_that_asks_its_socket_is_answered_once_it_has_worked_in_vain_for_long() -> None:
    """Nobody waits at the network: it is given more work, for it may be computing what it will show."""

    async def scene() -> list[int]:
        watch = FakeWatch([None])
        watch.works_ns, watch.on_descriptors = 250_000_000, False
        gate, costs = CausalGate(lambda: watch), []
        for text in ("hello", "there"):
            before = watch.asked
            assert await asyncio.wait_for(gate.piece_shown(piece(gate, Screen(), text)), 20) == "waiting"
            costs.append(watch.asked - before)
        return costs

    first, second = asyncio.run(scene())
    assert first >= 16
    assert second <= 2


def test_a_spinner_that_never_pauses_for_a_look_is_known_all_the_same() -> None:
    """Output that comes faster than anybody can look does not keep a gate closed for ever."""

    async def scene() -> str:
        ran = iter(range(1, 1_000_000))
        watch = FakeWatch([lambda: asleep(next(ran), timed=(1,))])
        gate = CausalGate(lambda: watch)

        async def write() -> None:
            while True:
                await asyncio.sleep(0)
                gate.stirred()

        writing = asyncio.ensure_future(write())
        await asyncio.wait_for(gate.program_waits(), 20)
        because = await asyncio.wait_for(gate.piece_shown(piece(gate, Screen())), 20)
        writing.cancel()
        return because

    assert asyncio.run(scene()) == "waiting"


def test_signs_that_a_printer_thread_types_keep_the_gate_closed() -> None:
    """Rounds of a timer in which something came to the screen are not in vain, though it was no letter."""

    async def scene() -> tuple[str, int]:
        ran = iter(range(1, 1_000_000))
        screen = Screen()
        gate: CausalGate
        typed = 0

        def type_on() -> FakeLook:
            nonlocal typed
            typed += 1
            if typed == 100:
                screen.write(b"hello")
            asyncio.get_running_loop().call_later(0.0005, lambda: gate.stirred(on_screen=True))
            return asleep(next(ran), timed=(1,))

        watch = FakeWatch([type_on])
        gate = CausalGate(lambda: watch)
        return await asyncio.wait_for(gate.piece_shown(piece(gate, screen)), 20), typed

    assert asyncio.run(scene()) == ("shown", 100)


@pytest.mark.parametrize("blind", [BlindWatch(), None])
def test_where_the_system_says_nothing_a_deadline_decides(blind: BlindWatch | None) -> None:
    """The gate ends by its deadline, and a shown piece still opens it."""

    async def scene() -> tuple[str, str]:
        screen = Screen()
        gate = CausalGate(lambda: blind)
        gate._missed = 99  # the deadlines of later gates are short
        missed = await gate.piece_shown(piece(gate, screen))
        screen.write(b"hello")
        return missed, await gate.piece_shown(piece(gate, Screen(), ""))

    assert asyncio.run(scene()) == ("deadline", "shown")


class CrowdedWatch(FakeWatch):
    """A busy machine: the spinner is found asleep once, and stands in line for a processor at every other look."""

    def __init__(self, awake: int, asleep_once: bool) -> None:
        super().__init__([asleep(timed=(1,)), None] if asleep_once else [None])
        self._awake = awake
        self._turns = 1

    def last_look(self) -> FakeLook:
        self._turns += 1
        threads = {1: self._turns, 2: 1, 3: self._turns}
        return FakeLook(threads, threads, timed=(2,), awake=(self._awake,))


@pytest.mark.parametrize(("awake", "asleep_once", "waits"), [(1, True, True), (3, True, False), (1, False, False)])
def test_a_spinner_that_is_hardly_ever_found_asleep_has_its_chance_by_the_clock(
    awake: int, asleep_once: bool, waits: bool
) -> None:
    """It has gone round and is only waiting for a processor; another thread that is awake may be at work."""

    async def scene() -> str:
        watch = CrowdedWatch(awake, asleep_once)
        gate = CausalGate(lambda: watch)
        try:
            return await asyncio.wait_for(gate.piece_shown(piece(gate, Screen())), 3)
        except asyncio.TimeoutError:
            return "held"

    assert asyncio.run(scene()) == ("waiting" if waits else "held")


def test_a_moment_ends_when_all_sleep_whatever_wakes_them() -> None:
    """A message beside a spinner or a sleeper is not held for its rounds; a busy one is not waited for."""

    async def scene() -> float:
        loop = asyncio.get_running_loop()
        await CausalGate(lambda: FakeWatch([asleep(timed=(1,))])).program_waits(briefly=True)
        began = loop.time()
        await CausalGate(lambda: FakeWatch([None] * 10_000)).program_waits(briefly=True)
        return loop.time() - began

    assert asyncio.run(asyncio.wait_for(scene(), 20)) > 0.1


@pytest.mark.parametrize("briefly", [False, True])
def test_what_is_held_blindly_is_said_to_be(briefly: bool) -> None:
    """While a deadline decides about an answer, a count's or a message's, the time is ours."""

    async def scene() -> list[bool]:
        gate = CausalGate(lambda: None)
        waiting = asyncio.ensure_future(gate.program_waits(briefly=briefly))
        said = [gate.holds_blindly]
        while not waiting.done():
            await asyncio.sleep(0)
            said.append(gate.holds_blindly)
        return said

    said = asyncio.run(scene())
    assert not said[0] and any(said) and not said[-1]


def test_a_timer_that_shows_the_answer_now_and_then_is_given_as_many_rounds_as_it_needs() -> None:
    """A spinner writes out what was printed each thirtieth time that it wakes: soon no piece is late."""

    async def scene() -> list[str]:
        screen, turns, waiting = Screen(), 0, ""

        def wake() -> FakeLook:
            nonlocal turns, waiting
            turns += 1
            if turns % 30 == 0:
                screen.write(waiting.encode())
                gate.stirred(on_screen=True)
                waiting = ""
            return FakeLook({1: turns, 2: 1}, {1: turns, 2: 1}, timed=(1,))

        gate, progress = CausalGate(lambda: FakeWatch([wake])), Progress(screen)
        because = []
        for number in range(6):
            gate.before_piece()
            progress.send(text := f"a piece of more than half a line, which is nearly too much, {number}")
            waiting += text
            because.append(await asyncio.wait_for(gate.piece_shown(progress), 20))
        return because

    assert asyncio.run(scene())[1:] == ["shown"] * 5


def test_a_timer_on_a_busy_machine_holds_nobody_for_longer_than_a_client_waits() -> None:
    """One round is enough where a second and a half have passed by the clock, however few of them were ours."""
    patience = Patience(learns=True)
    over = []
    for turn in (1, 2, 3):
        patience.passed(0.02, 0.7)
        over.append(patience.timers_over(FakeLook({1: turn}, {1: turn}, timed=(1,))))
    assert over == [False, False, True]
