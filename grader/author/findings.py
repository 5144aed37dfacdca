"""What a rule of the course finds: where, and what is wrong. Values only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that a rule does not like: where it is and what to do about it, in one or two sentences."""

    where: str
    said: str


@dataclass(frozen=True)
class Outcome:
    """A rule, what it looked at, and what it found; without findings it holds."""

    rule: str
    asks: str
    looked_at: str
    findings: tuple[Finding, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.findings


def outcome(rule: str, asks: str, looked_at: str, findings: Sequence[Finding]) -> Outcome:
    """Put a rule's findings together."""
    return Outcome(rule, asks, looked_at, tuple(findings))
