"""The trace of one run: its events in one order, and what it was a run of."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from grader.trace.events import AnyEvent, NamesRead, OutputWritten, ProcessExited, ValueReturned
from grader.trace.exchanges import Exchange, joined

_OF_EXERCISE = re.compile(r"exercise\d+\.py")


@dataclass(frozen=True, kw_only=True)
class Trace:
    """One run of one exercise under one scenario: what a check is a function of.

    `events` are in the order of their `seq`; judge by that order, never by `at_s`.
    `scenario` is the scenario's name, or 'functions' for the run in which the functions were called.
    `files` are the submission's Python sources by name (bytes undecodable as UTF-8 are kept by surrogates).
    `noted` is what readers have worked out of it and share: no part of the trace itself.
    """

    FUNCTIONS: ClassVar[str] = "functions"

    exercise: str
    scenario: str
    seed: int
    files: Mapping[str, str] = field(default_factory=dict)
    sandbox: str = "none"
    python: str = ""
    sdk: str = ""
    events: tuple[AnyEvent, ...] = ()
    noted: dict[Hashable, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    @cached_property
    def stdout(self) -> bytes:
        """Everything that came out of standard output, as bytes."""
        return b"".join(self._output("stdout"))

    @cached_property
    def stderr(self) -> bytes:
        """Everything that came out of standard error, as bytes."""
        return b"".join(self._output("stderr"))

    @property
    def source(self) -> str:
        """The exercise's own file."""
        return self.files.get(f"{self.exercise}.py", "")

    @property
    def modules(self) -> tuple[str, ...]:
        """The files that the exercise's own may import: all others but the programs of other exercises."""
        return tuple(n for n in self.files if n != f"{self.exercise}.py" and not _OF_EXERCISE.fullmatch(n))

    @cached_property
    def exit(self) -> ProcessExited | None:
        """How the program ended; None in a trace that is not whole."""
        return next((event for event in self.events if isinstance(event, ProcessExited)), None)

    @cached_property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The exchanges in order of arrival; repeats after a failure are folded into the first try."""
        return tuple(joined(self.events))

    @cached_property
    def messages(self) -> tuple[Exchange, ...]:
        """Every message request, answered or not."""
        return tuple(exchange for exchange in self.exchanges if exchange.is_message)

    @cached_property
    def counts(self) -> tuple[Exchange, ...]:
        """Every count_tokens request, answered or not."""
        return tuple(exchange for exchange in self.exchanges if exchange.is_count)

    @cached_property
    def names_read(self) -> NamesRead | None:
        """What the probe found after the import; None in other runs, and where the import did not come to its end."""
        return next((event for event in self.events if isinstance(event, NamesRead)), None)

    @cached_property
    def values_returned(self) -> tuple[ValueReturned, ...]:
        """All values that functions returned, in the order of the calls."""
        return tuple(event for event in self.events if isinstance(event, ValueReturned))

    def _output(self, stream: str) -> Iterator[bytes]:
        return (e.data for e in self.events if isinstance(e, OutputWritten) and e.stream == stream)
