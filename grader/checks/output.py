"""A program's standard output as text, and which event each part of it came in. Reads no labels."""

from __future__ import annotations

import codecs
from bisect import bisect_right
from functools import cached_property

from grader.trace import OutputWritten, Trace


class Output:
    """Standard output of one trace; places in `text` lead back to the events."""

    def __init__(self, trace: Trace) -> None:
        self._events = [e for e in trace.events if isinstance(e, OutputWritten) and e.stream == "stdout"]

    @cached_property
    def _decoded(self) -> tuple[str, list[int]]:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        parts: list[str] = []
        starts: list[int] = []
        length = 0
        for event in self._events:
            starts.append(length)
            parts.append(decoder.decode(event.data))
            length += len(parts[-1])
        parts.append(decoder.decode(b"", final=True))
        return "".join(parts), starts

    @property
    def text(self) -> str:
        """All of it, undecodable bytes replaced."""
        return self._decoded[0]

    def seq_at(self, offset: int) -> int:
        """The `seq` of the event in which the character at an offset of `text` came out."""
        return self._events[bisect_right(self._decoded[1], offset) - 1].seq

    def start_after(self, seq: int) -> int:
        """The offset in `text` from which everything came out after the event `seq`."""
        for event, start in zip(self._events, self._decoded[1], strict=True):
            if event.seq > seq:
                return start
        return len(self.text)
