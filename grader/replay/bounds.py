"""How much one server takes before it refuses: the one place that says so. Values only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """The most requests that are answered and the most bytes that are received; None bounds nothing."""

    requests: int | None
    received_bytes: int | None

    def allow_requests(self, number: int) -> bool:
        """Whether so many requests are within the bounds."""
        return self.requests is None or number <= self.requests

    def allow_bytes(self, size_bytes: int) -> bool:
        """Whether so many bytes are within the bounds."""
        return self.received_bytes is None or size_bytes <= self.received_bytes


ONE_RUN = Bounds(requests=2000, received_bytes=256 * 2**20)  # a program that asks for more will never end
UNBOUNDED = Bounds(requests=None, received_bytes=None)  # of a server that stays up for anybody
