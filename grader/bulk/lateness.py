"""What is said of a late submission: a line of its own in every list and on the student's page, never part of a check.

The platform's time stamps and the course's policy decide at the moment of writing, so a changed policy changes these
lines alone. On a page the line stands between two marks that no student's text can hold, because that is escaped.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from grader.bulk.rows import Row
from grader.course import Lateness
from grader.identity import identity_of
from grader.report import Report

_LINE = re.compile(rb"<!--lateness-->.*?<!--/lateness-->", re.DOTALL)


@dataclass(frozen=True)
class LateLine:
    """How late, in words; what it costs, and what is left of the points; None where the grader failed: no mark then."""

    words: str
    deduction: Decimal
    final: Decimal | None

    def to_json(self) -> dict[str, Any]:
        """Give it as the results have it."""
        final = None if self.final is None else float(self.final)
        return {"words": self.words, "deduction": float(self.deduction), "final": final}


def late_line(row: Row, report: Report, policy: Lateness) -> LateLine | None:
    """Weigh how late a submission is; None for one that is in time."""
    identity = identity_of(row.mapping, row.student)
    points = None if report.faults else Decimal(repr(round(report.score + report.bonus, 6)))
    late = policy.of(points or Decimal(0), identity.submitted_at, identity.due_at, marked=row.late)
    if late is None:
        return None
    return LateLine(late.words, late.deduction, None if points is None else points - late.deduction)


def with_line(page: bytes, words: str) -> bytes:
    """Write the line on a page in the place of an earlier one; '' for none."""
    line = f'<p class="lateness">{html.escape(words)}</p>' if words else ""
    return _LINE.sub(lambda _: f"<!--lateness-->{line}<!--/lateness-->".encode(), page, count=1)
