"""Deals whole answers out when the program can do nothing but wait for them, in an order that is not left to chance.

Two requests that a program sends at once arrive in whatever order. What they are answered with must not depend on it:
so all that has been asked by the moment when the program waits is answered together, in an order of the requests' own.
A count is held for as long as it takes to be certain (and so is a message where it may be asked which came first, it or
a stream); a message only for a moment, for its client may have little patience, and nothing but the order hangs on it.
What is streamed, and what is refused or listed without a draw, is answered as it arrives.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from operator import attrgetter

from grader.fixtures.content import density
from grader.replay.gate import Gate
from grader.replay.rules import Request
from grader.replay.script import Answer, Script
from grader.trace import COUNT_TOKENS, MESSAGES


def is_dealt(request: Request) -> bool:
    """Whether the answer to a request is whole, and drawn."""
    body = request.body
    posted = request.method == "POST" and request.path in (COUNT_TOKENS, MESSAGES)
    return posted and isinstance(body, dict) and body.get("stream") is not True


@dataclass(frozen=True, eq=False)
class _Place:
    """A request and what becomes of it; `briefly`: it is held for a moment only."""

    asked: Request
    briefly: bool
    answer: asyncio.Future[Answer]

    @property
    def order(self) -> tuple[bool, float, str]:
        """Counts before messages, and prose before code, as the lesson has them; then by what is written."""
        text = json.dumps(self.asked.body, sort_keys=True)
        return self.asked.path != COUNT_TOKENS, density(text), text


class Dealer:
    """Decides the answers to requests that came at the same time in an order that is not theirs by chance."""

    def __init__(self, script: Script, gate: Gate) -> None:
        self._script = script
        self._gate = gate
        self._places: list[_Place] = []
        self._dealing: asyncio.Task[None] | None = None

    def holds_briefly(self, asked: Request) -> bool:
        """Whether an answer is held for a moment only."""
        return asked.path != COUNT_TOKENS and not self._script.has_both_kinds

    async def answer(self, asked: Request) -> Answer:
        """Give the answer to a request when it is to be sent; raise what the script or the gate raises."""
        place = _Place(asked, self.holds_briefly(asked), asyncio.get_running_loop().create_future())
        self._places.append(place)
        if self._dealing is None:
            self._dealing = asyncio.ensure_future(self._deal())
        try:
            return await place.answer
        finally:
            self._places.remove(place)

    async def close(self) -> None:
        """Deal no more."""
        if self._dealing is not None:
            self._dealing.cancel()
            await asyncio.wait([self._dealing])

    async def _deal(self) -> None:
        try:
            while waiting := self._waiting:
                briefly = all(place.briefly for place in waiting)
                await self._gate.program_waits(briefly=briefly)
                due = [place for place in self._waiting if place.briefly or not briefly]
                for place in sorted(due, key=attrgetter("order")) if len(due) > 1 else due:
                    place.answer.set_result(self._script.answer(place.asked))
                await asyncio.sleep(0)  # so that they leave before the program is looked at again
        except Exception as fault:
            for place in self._waiting:
                place.answer.set_exception(fault)
        finally:
            self._dealing = None

    @property
    def _waiting(self) -> list[_Place]:
        """The places that are not decided, and whose clients have not left."""
        return [place for place in self._places if not place.answer.done()]
