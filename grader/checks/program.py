"""Whether the program ran to its end, and whether the API answered it."""

from __future__ import annotations

import re

from grader.checks.crash import Crash
from grader.checks.ending import how_it_ended
from grader.checks.libraries import is_library
from grader.checks.unanswered import no_answer, own_address, stream_not_opened
from grader.checks.unreadable import with_cause
from grader.checks.verdict import Case, Verdict, failed, passed

_NO_MODULE = re.compile(r"No module named '([^']+)'")
_LAST_WORDS = 200
_WELL = "an end by itself with exit status 0"


# ---------------------------------------------------------------- runs


def runs(case: Case) -> Verdict:
    """Pass when the program ends by itself with exit status 0.

    Fails on an uncaught error, another status, a signal, and every limit of the run: `Limits` in
    `grader/sandbox/job.py` (10 s of its own time, where nothing else is said). Never skipped.

    Facts: `error`, `error_line` and `error_source` of an uncaught error; `unread`, why a file cannot be read where
    its grammar is not the reason, with its `code` and `sign`, and the `program` where it is another file; `module`,
    which could not be imported, and the `package` it is in; `first_open`, the first place of the starter that is open,
    where the program stopped at a later one; `line`; `time_limit_s`.
    """
    ended = case.trace.exit
    assert ended is not None  # a trace without an end is not judged
    evidence = (ended.seq,)
    if ended.because == "itself" and ended.status == 0:
        return passed(evidence=evidence, expected=_WELL, observed="exit status 0")
    crash = case.crash
    if crash is not None:
        return _crashed(case, crash, evidence)
    observed = how_it_ended(ended)
    ids = ["own-api-address"] if own_address(case) else []
    ids += ["never-ends"] if ended.because == "time" else []
    words = _last_words(case) if ended.because == "itself" and ended.signal is None else ""
    return failed(
        f"The program did not run to its end: {observed}.{words}",
        *ids,
        expected=_WELL,
        observed=observed,
        evidence=evidence,
        time_limit_s="" if ended.limit_s is None else f"{ended.limit_s:g}",
    )


def _crashed(case: Case, crash: Crash, evidence: tuple[int, ...]) -> Verdict:
    place = f" in line {crash.line}" if crash.line is not None else ""
    if crash.line is not None and crash.file not in ("", f"{case.trace.exercise}.py"):
        place += f" of {crash.file}"
    verb = "Python cannot read the program" if crash.unparsed else "The program stopped with an error"
    module = _missing_module(case, crash)
    line = own_address(case) or crash.line
    verdict = failed(
        f"{verb}{place}: {crash.text}",
        *_crash_misconceptions(case, crash),
        expected=_WELL,
        observed=crash.text,
        evidence=evidence,
        error=crash.text,
        error_line="" if crash.line is None else str(crash.line),
        error_source=crash.source,
        line="" if line is None else str(line),
        module=module,
        package=module.partition(".")[0],
    )
    if "not-filled-in" in verdict.misconceptions:
        return _with_first_open(case, crash, verdict)
    return with_cause(case, crash, verdict) if crash.unparsed else verdict


def _with_first_open(case: Case, crash: Crash, verdict: Verdict) -> Verdict:
    """Add the first open place of the file, where the program did not come to it: the places are filled in in order."""
    first = case.source.first_open
    elsewhere = crash.file not in ("", f"{case.trace.exercise}.py")
    if first is None or crash.line is None or elsewhere or first.line >= crash.line:
        return verdict
    said = f" (`{first.name}`)" if first.name else ""
    return verdict.with_facts(first_open=f"line {first.line}{said}", line=str(first.line))


def _crash_misconceptions(case: Case, crash: Crash) -> tuple[str, ...]:
    """Name what an uncaught error is a sign of."""
    if crash.unparsed:
        return ("does-not-parse",)
    if _missing_module(case, crash):
        return ("needs-a-package",)
    if crash.name == "EOFError" and "reading a line" in crash.text:
        return ("asks-for-input",)
    if crash.name == "NotImplementedError" and crash.own:
        return ("not-filled-in",)
    if crash.name == "ValueError" and "Streaming is required" in crash.text:
        return ("sdk-refused",)
    if stream_not_opened(case):
        return ("stream-not-opened",)
    return ("own-api-address",) if own_address(case) else ()


def _missing_module(case: Case, crash: Crash) -> str:
    """The module that an error says is missing, '' where it is a part of one that is there."""
    found = _NO_MODULE.search(crash.text) if crash.name == "ModuleNotFoundError" else None
    if found is None:
        return ""
    top, dot, _ = found[1].partition(".")
    own = {name.replace("\\", "/").partition("/")[0].removesuffix(".py") for name in case.trace.files}
    return "" if top in own or (dot and is_library(top)) else found[1]


def _last_words(case: Case) -> str:
    """The last line of standard error, for a program that left with a message."""
    lines = [line for line in case.trace.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    return f" The last that it said on standard error: {lines[-1].strip()[:_LAST_WORDS]}" if lines else ""


# ---------------------------------------------------------------- calls_api


def calls_api(case: Case) -> Verdict:
    """Pass when at least one message request was answered with success.

    A streamed answer counts from its beginning, and a request that was tried again counts by its last answer.
    Skipped (because of `runs`) where the program stopped before it sent one.

    Facts: `error`, the last one that the API answered, and the `line` of an address of the program's own.
    """
    answered = [exchange for exchange in case.trace.messages if exchange.succeeded]
    if answered:
        return passed(
            expected="an answered message request",
            observed=f"{len(answered)} answered",
            evidence=(answered[0].request.seq, answered[0].answered_seq or 0),
        )
    return no_answer(case, case.trace.messages, "message request")
