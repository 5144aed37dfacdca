"""Where a student's file asks the API: the messages that it sends, the counts, and which count is of which message.

Reads the syntax tree; what was sent in truth is in the trace, which has no lines.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

from grader.checks.source import Source

_SENDING = ("create", "stream")
_AT_SENDING = frozenset({"never-counted", "probe-by-sending", "sent-although-too-long", "fake-streaming"})
_BETWEEN = frozenset({"count-after-send", "counted-something-else", "counted-other-model", "counted-in-parts"})
_AT_COUNTING = frozenset({"same-sample-twice", "unequal-lengths"})


class Asked:
    """The requests in one file, by their lines."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def of(self, mistake: str) -> list[int]:
        """The lines that are typical of a mistake about requests, what was sent before what was counted."""
        if mistake in _AT_SENDING:
            return self._sent[:1]
        if mistake in _BETWEEN:
            return [*self._sent[:1], *self._counted_for_the_first()]
        if mistake in _AT_COUNTING:
            return self._counted[-2:]
        return self._counted[-1:] if mistake == "counted-never-sent" else []

    @property
    def models(self) -> list[int]:
        """The line that names the model of the first message."""
        named = (
            word.value.lineno
            for call, method in self._requests()
            for word in call.keywords
            if method in _SENDING and word.arg == "model"
        )
        return sorted(named)[:1]

    def calls(self, *methods: str) -> list[int]:
        """The lines of the calls of some methods, where each name stands."""
        return sorted(_line(call) for call, method in self._requests() if method in methods)

    @cached_property
    def _sent(self) -> list[int]:
        return self.calls(*_SENDING)

    @cached_property
    def _counted(self) -> list[int]:
        return self.calls("count_tokens")

    def _counted_for_the_first(self) -> list[int]:
        """The count that belongs to the first message: of the same content as written, else the last before it."""
        first = self._sent[0] if self._sent else 0
        sent = self._written.get(first, set())
        alike = [line for line in self._counted if self._written.get(line, set()) & sent]
        before = [line for line in self._counted if line < first]
        return alike[:1] or before[-1:] or self._counted[:1]

    @cached_property
    def _written(self) -> dict[int, set[str]]:
        """The content of each request as it is written, by line."""
        found: dict[int, set[str]] = {}
        for call, method in self._requests():
            if method in (*_SENDING, "count_tokens"):
                contents = (word.value for word in call.keywords if word.arg in ("messages", None))
                found.setdefault(_line(call), set()).update(ast.unparse(content) for content in contents)
        return found

    def _requests(self) -> Iterator[tuple[ast.Call, str]]:
        """The calls of methods, with the methods' names."""
        for node in self._source.nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield node, node.func.attr


def _line(call: ast.Call) -> int:
    return call.func.end_lineno or call.lineno
