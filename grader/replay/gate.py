"""The causal gate: decides when the next thing may leave the server. Order decides, never seconds.

Piece *n+1* of a stream waits until piece *n* is on the program's screen, or until it is certain that
it will not appear by itself. A count's answer waits until the program can do nothing but wait for it.
"""

from __future__ import annotations

from typing import Literal, Protocol

from grader.screen import Progress

Because = Literal["shown", "waiting", "deadline", "gone"]


class Gate(Protocol):
    """What the server asks before it sends on."""

    def stirred(self) -> None:
        """Something came from the program (bytes of a request, a connection, output): nothing is settled yet."""

    async def piece_shown(self, progress: Progress) -> Because:
        """Return when the pieces sent so far are shown, or will not be by themselves."""

    async def program_waits(self) -> None:
        """Return when the program can do nothing but wait for an answer."""


class OpenGate:
    """A gate that holds nothing back: for clients whose screen is not seen."""

    def stirred(self) -> None:
        """Ignore it."""

    async def piece_shown(self, progress: Progress) -> Because:  # noqa: ARG002  (the protocol's argument)
        """Let everything pass at once."""
        return "deadline"

    async def program_waits(self) -> None:
        """Let everything pass at once."""
