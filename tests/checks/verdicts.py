"""What tests of checks ask of a verdict, and the end of a program that crashed."""

from __future__ import annotations

from grader.checks.verdict import Verdict

_CRASH = 'Traceback (most recent call last):\n  File "{}.py", line 9, in <module>\n    x\nKeyError: 1\n'
CRASH_2, CRASH_3 = _CRASH.format("exercise2"), _CRASH.format("exercise3")


def wrong(verdict: Verdict, *misconceptions: str) -> Verdict:
    """Assert that a verdict is a failure, with these mistakes named."""
    assert verdict.outcome == "failed", verdict
    assert verdict.misconceptions == misconceptions
    assert verdict.message and verdict.expected and verdict.observed
    return verdict


def skipped_for(verdict: Verdict, because: str) -> None:
    """Assert that an earlier fault stands in the way."""
    assert (verdict.outcome, verdict.because) == ("skipped", because)


def passes(verdict: Verdict) -> Verdict:
    """Assert that a verdict is a pass."""
    assert verdict.outcome == "passed", verdict
    return verdict
