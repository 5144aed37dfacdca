"""Which launcher is used: the one place that decides."""

from __future__ import annotations

from grader.sandbox.job import Launcher


def student_launcher() -> Launcher:
    """The fastest launcher for a student's own code: a warm parent where the platform can, else fresh interpreters."""
    from grader.sandbox.plain import PlainLauncher

    return PlainLauncher()
