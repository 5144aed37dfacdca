"""How a run ended, in words for people, and what that says of all that the program had not done by then."""

from __future__ import annotations

from grader.checks.verdict import Case
from grader.trace import ProcessExited

_SIGNALS = {
    2: "SIGINT (interrupted)",
    4: "SIGILL (illegal instruction)",
    6: "SIGABRT (aborted)",
    7: "SIGBUS (bus error)",
    8: "SIGFPE (arithmetic error)",
    9: "SIGKILL (killed)",
    11: "SIGSEGV (segmentation fault)",
    13: "SIGPIPE (broken pipe)",
    15: "SIGTERM (asked to end)",
}
_LIMITS = {
    "time": "it takes longer than a run may",
    "output": "it wrote more output than a run may",
    "memory": "it used more memory than a run may",
}


def how_it_ended(ended: ProcessExited) -> str:
    """Say how a program ended, for people."""
    if ended.because != "itself":
        return _LIMITS.get(ended.because, "it was ended from outside")
    if ended.signal is not None:
        return f"it was ended by the signal {_SIGNALS.get(ended.signal, ended.signal)}"
    return f"exit status {ended.status}"


def stopped(case: Case) -> str | None:
    """Say how the program ended where it did not run to its end, None where it did."""
    ended = case.trace.exit
    assert ended is not None
    if ended.because == "itself" and ended.status == 0:
        return None
    crash = case.crash
    return f"It ended with {crash.text}" if crash is not None else f"How it ended: {how_it_ended(ended)}."


def stopped_before_printing(case: Case, what: str) -> str | None:
    """Say that something had not been printed when the program ended, None where it ran to its end.

    A program that is killed may have printed into its buffer, and what is in there is lost.
    """
    stop, ended = stopped(case), case.trace.exit
    if stop is None:
        return None
    assert ended is not None
    if ended.because == "itself" and ended.signal is None:
        return f"The program stopped before it printed {what}. {stop}"
    return (
        f"Nothing of {what} had come out of the program's pipe when it was stopped. {stop} What it had printed and not "
        "flushed by then is lost."
    )
