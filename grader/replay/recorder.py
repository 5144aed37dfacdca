"""Gives every event of one run its number and its time. The only place where events are made."""

from __future__ import annotations

import time
from typing import Any, TypeVar

from grader.trace import AnyEvent, Event

E = TypeVar("E", bound=Event)


class Recorder:
    """The growing list of a run's events; one event loop writes it, so the order is total."""

    def __init__(self) -> None:
        self.events: list[AnyEvent] = []
        self._started = time.monotonic()

    def record(self, kind: type[E], **fields: Any) -> E:
        """Append an event of a kind with the next `seq`."""
        event = kind(seq=len(self.events), at_s=round(time.monotonic() - self._started, 6), **fields)
        self.events.append(event)  # type: ignore[arg-type]  # every Event kind is a member of AnyEvent
        return event
