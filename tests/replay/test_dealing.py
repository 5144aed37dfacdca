"""What several requests that come at once are answered with, and in which order."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from typing import Any

import pytest

from grader.replay.dealing import Dealer, is_dealt
from grader.replay.gate import OpenGate
from grader.replay.rules import Request
from grader.replay.script import Answer, Whole
from grader.trace import COUNT_TOKENS, MESSAGES
from tests.replay.serving import HEADERS, body, script

PROSE = "Bread is made of flour, water and salt, by "
CODE = "for (i = 0; i < 9; i++) { a[i] += b[i]; } //"


def asked(path: str, prompt: str, **fields: Any) -> Request:
    """A request of the kind that is dealt."""
    return Request("POST", path, HEADERS, body(prompt, **fields))


AT_ONCE = [asked(MESSAGES, CODE), asked(COUNT_TOKENS, CODE), asked(MESSAGES, PROSE), asked(COUNT_TOKENS, PROSE)]


class Waits(OpenGate):
    """A gate that opens when it is told to; `asked`: each time, whether it should hold briefly."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.asked: list[bool] = []
        self.fault: Exception | None = None

    async def program_waits(self, *, briefly: bool = False) -> None:
        self.asked.append(briefly)
        await self.open.wait()
        if self.fault is not None:
            raise self.fault


async def turns(number: int = 5) -> None:
    """Let the loop go round."""
    for _ in range(number):
        await asyncio.sleep(0)


async def dealt(requests: Sequence[Request], scenario: str, *, vary: bool) -> tuple[dict[int, Answer], list[int]]:
    """Ask for everything before the program waits; the answers, and in which order they came."""
    gate = Waits()
    dealer = Dealer(script(scenario, seed=3, vary=vary), gate)
    came: list[int] = []
    answers: dict[int, Answer] = {}

    async def ask(request: Request) -> None:
        answers[id(request)] = await dealer.answer(request)
        came.append(id(request))

    asking = [asyncio.ensure_future(ask(request)) for request in requests]
    await turns()
    assert not came
    gate.open.set()
    await asyncio.gather(*asking)
    assert gate.asked == [False]
    return answers, came


@pytest.mark.parametrize("scenario", ["exercise1", "exercise2", "exercise3"])
@pytest.mark.parametrize("vary", [False, True])
def test_what_comes_at_once_is_answered_the_same_in_whatever_order(scenario: str, vary: bool) -> None:
    """Counts first and prose before code, with the same numbers and texts; all when the program waits."""
    first = asyncio.run(dealt(AT_ONCE, scenario, vary=vary))
    assert first[1] == [id(AT_ONCE[number]) for number in (3, 1, 2, 0)]
    for order in itertools.permutations(AT_ONCE):
        assert asyncio.run(dealt(order, scenario, vary=vary)) == first


def test_what_comes_later_is_answered_later() -> None:
    """Only what has been asked by the moment at which the program waits is put in order."""

    async def one_after_the_other() -> list[Answer]:
        gate = Waits()
        gate.open.set()
        dealer = Dealer(script("exercise1"), gate)
        return [await dealer.answer(request) for request in AT_ONCE]

    message, *_ = asyncio.run(one_after_the_other())
    assert isinstance(message, Whole) and message.body["usage"] == {**message.body["usage"], "output_tokens": 77}


def test_a_client_that_has_left_gets_nothing_and_holds_nobody_up() -> None:
    """Its place is given up, before the gate opens or at that moment."""

    async def scene() -> tuple[Answer, int]:
        gate = Waits()
        dealer = Dealer(script("exercise1"), gate)
        leaving = [asyncio.ensure_future(dealer.answer(request)) for request in AT_ONCE[1:]]
        staying = asyncio.ensure_future(dealer.answer(AT_ONCE[0]))
        await turns()
        leaving[0].cancel()
        await turns()
        gate.open.set()
        leaving[1].cancel()
        leaving[2].cancel()
        return await staying, len(gate.asked)

    answer, times = asyncio.run(scene())
    assert isinstance(answer, Whole) and answer.body["usage"]["output_tokens"] == 77
    assert times == 1


@pytest.mark.parametrize(("scenario", "briefly"), [("exercise1", True), ("exercise2", True), ("exercise3", False)])
def test_a_message_is_held_for_a_moment_where_nothing_hangs_on_it(scenario: str, briefly: bool) -> None:
    """Beside a stream it is held as a count is; a count that comes meanwhile is held for as long as counts are."""

    async def scene() -> list[bool]:
        gate = Waits()
        dealer = Dealer(script(scenario), gate)
        message = asyncio.ensure_future(dealer.answer(AT_ONCE[0]))
        await turns()
        count = asyncio.ensure_future(dealer.answer(AT_ONCE[1]))
        await turns()
        gate.open.set()
        await asyncio.gather(message, count)
        return gate.asked

    assert asyncio.run(scene()) == ([True, False] if briefly else [False])


def test_a_fault_reaches_everybody_who_waits() -> None:
    """Nobody waits for ever for an answer that cannot be given, and the next one is dealt again."""

    async def scene() -> tuple[list[Any], Answer]:
        gate = Waits()
        dealer = Dealer(script("exercise1"), gate)
        waiting = [asyncio.ensure_future(dealer.answer(request)) for request in AT_ONCE]
        await turns()
        gate.fault = RuntimeError("broken")
        gate.open.set()
        ends = await asyncio.gather(*waiting, return_exceptions=True)
        gate.fault = None
        return ends, await dealer.answer(AT_ONCE[0])

    ends, after = asyncio.run(scene())
    assert [str(end) for end in ends] == ["broken"] * len(AT_ONCE)
    assert isinstance(after, Whole)


def test_what_is_drawn_and_whole_is_dealt() -> None:
    """Streams begin, and refusals go out, as their requests come."""
    assert all(map(is_dealt, AT_ONCE))
    assert not is_dealt(asked(MESSAGES, PROSE, stream=True))
    assert not is_dealt(Request("GET", "/v1/models", HEADERS))
    assert not is_dealt(Request("GET", MESSAGES, HEADERS, body()))
    assert not is_dealt(Request("POST", MESSAGES, HEADERS, None, "no JSON"))
