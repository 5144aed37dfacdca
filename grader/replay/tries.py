"""Which request tries an earlier one again after it failed. Pure."""

from __future__ import annotations

import hashlib
from typing import Literal

from grader.replay.parser import Arrived


class Tries:
    """Knows which request tries an earlier one again after it failed."""

    def __init__(self) -> None:
        self._last: dict[bytes, int] = {}  # the latest exchange with that method, path and body
        self._outcome: dict[int, Literal["open", "failed", "done"]] = {}

    def begin(self, exchange: int, request: Arrived) -> int | None:
        """Note a request; give the exchange that it repeats."""
        key = hashlib.sha256(
            b"%s %s\n%s" % (request.method.encode(), request.path.encode(), request.body or b"")
        ).digest()
        earlier = self._last.get(key)
        self._last[key] = exchange
        self._outcome[exchange] = "open"
        if earlier is None:
            return None
        outcome = self._outcome[earlier]
        # A client that says that it retries has given up on an answer that is still on its way, too.
        retried = request.headers.get("x-stainless-retry-count", "0").strip() not in ("", "0")
        return earlier if outcome == "failed" or (retried and outcome == "open") else None

    def end(self, exchange: int, *, failed: bool) -> None:
        """Note how an exchange ended."""
        self._outcome[exchange] = "failed" if failed else "done"
