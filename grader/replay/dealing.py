"""Deals whole answers out, one at a time: each when the program can do nothing but wait for it.

Two requests that a program sends at once arrive in an order that is a matter of chance. What they are answered with
must not be: so all that has been asked by the moment when the program waits is looked at together, the next answer is
decided for the request that comes first in an order of the requests' own, and the others wait for the next such moment.
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
    """A request and what becomes of it."""

    asked: Request
    answer: asyncio.Future[Answer]

    @property
    def counts(self) -> bool:
        return self.asked.path == COUNT_TOKENS

    @property
    def order(self) -> tuple[bool, float, str]:
        """Counts before messages, and prose before code, as the lesson has them; then by what is written."""
        text = json.dumps(self.asked.body, sort_keys=True)
        return not self.counts, density(text), text


class Dealer:
    """Decides the answers to requests that came at the same time in an order that is not theirs by chance."""

    def __init__(self, script: Script, gate: Gate) -> None:
        self._script = script
        self._gate = gate
        self._places: list[_Place] = []
        self._dealing: asyncio.Task[None] | None = None

    async def answer(self, asked: Request) -> Answer:
        """Give the answer to a request when it is to be sent; raise what the script or the gate raises."""
        place = _Place(asked, asyncio.get_running_loop().create_future())
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
                await self._gate.program_waits(briefly=not any(place.counts for place in waiting))
                if waiting := self._waiting:
                    place = waiting[0] if len(waiting) == 1 else min(waiting, key=attrgetter("order"))
                    place.answer.set_result(self._script.answer(place.asked))
                    await asyncio.sleep(0)  # so that it leaves before the program is looked at again
        except Exception as fault:
            for place in self._waiting:
                place.answer.set_exception(fault)
        finally:
            self._dealing = None

    @property
    def _waiting(self) -> list[_Place]:
        """The places that are not decided, and whose clients have not left."""
        return [place for place in self._places if not place.answer.done()]
