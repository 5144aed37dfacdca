"""Whether the program ran to its end, and whether the API answered it; and what stood in the way where it did not."""

from __future__ import annotations

import re
from collections.abc import Iterable

from grader.checks.crash import Crash, never_awaited
from grader.checks.libraries import is_library
from grader.checks.printed import numbers
from grader.checks.source import read_source
from grader.checks.unreadable import with_cause
from grader.checks.verdict import Case, Verdict, failed, passed, skipped
from grader.trace import Exchange, ProcessExited

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
    "time": "it was still running when its time was up",
    "output": "it wrote more output than a run may",
    "memory": "it used more memory than a run may",
}
_NO_MODULE = re.compile(r"No module named '([^']+)'")
_UNREACHED = re.compile("Connect|Timeout|URLError|gaierror|Retry|SSL|OSError|ProtocolError")
_LAST_WORDS = 200
_VALUES = ("input tokens", "output tokens", "cost", "runs per dollar", "prose tokens", "code tokens", "forecast")
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


def how_it_ended(ended: ProcessExited) -> str:
    """Say how a program ended, for people."""
    if ended.because != "itself":
        return _LIMITS.get(ended.because, "it was ended from outside")
    if ended.signal is not None:
        return f"it was ended by the signal {_SIGNALS.get(ended.signal, ended.signal)}"
    return f"exit status {ended.status}"


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


# ---------------------------------------------------------------- what stands in the way of an answer


def no_answer(case: Case, requests: Iterable[Exchange], kind: str) -> Verdict:
    """Judge a check that needs an answered request, where none of that kind was answered.

    Skipped where the program stopped before it sent one; failed, with what the evidence fits, in all other cases.
    `kind` names the request for people: "message request".
    """
    requests = tuple(requests)
    expected = f"an answered {kind}"
    refused = [exchange for exchange in requests if exchange.status is not None]
    if refused:
        said = _refusal(refused[-1])
        return failed(
            f"No {kind} was answered with success: the API refused {_times(len(refused))}. It answered "
            f"{_with_end(case, said)}",
            *(("error-swallowed",) if error_swallowed(case) else ()),
            expected=expected,
            observed=f"{len(refused)} refused: {said}",
            error=said,
            evidence=tuple(seq for e in refused[-1:] for seq in (e.request.seq, e.answered_seq) if seq is not None),
        )
    if requests:
        return failed(
            f"A {kind} arrived, and the run ended before it was answered.", expected=expected, observed="no answer"
        )
    address = own_address(case)
    if address is not None:
        return failed(
            f"No {kind} arrived. Line {address} gives the client an address of its own.",
            "own-api-address",
            expected=expected,
            observed="no request",
            line=str(address),
        )
    if (stop := stopped(case)) is not None and not (stream_not_opened(case) and kind.startswith("streamed")):
        return skipped(f"The program stopped before it sent a {kind}. {stop}", because="runs")
    if stream_not_opened(case):
        return failed(
            f"No {kind} arrived: the stream was made and never opened.",
            "stream-not-opened",
            expected=expected,
            observed="no request",
        )
    return _silent(case, kind, expected)


def _silent(case: Case, kind: str, expected: str) -> Verdict:
    """A program that ran to its end and sent nothing of a kind."""
    nothing_sent = not case.trace.exchanges
    if nothing_sent and (forgotten := never_awaited(case.trace)) is not None:
        where = "" if forgotten.line is None else f" at line {forgotten.line}"
        return failed(
            f"No {kind} arrived. `{forgotten.name}` is an `async def`: a call alone runs none of its lines, and Python "
            f"warned{where} that nothing awaited it. Await it, or hand it to `asyncio.run`.",
            expected=expected,
            observed=f"no request, and the coroutine `{forgotten.name}` was never awaited",
            line="" if forgotten.line is None else str(forgotten.line),
        )
    line = case.source.main_never_called
    if nothing_sent and line is not None and not case.output.text.strip() and case.source.stub("main") is None:
        return failed(
            f"No {kind} arrived. `main` is defined in line {line}, and nothing calls it.",
            "main-never-called",
            expected=expected,
            observed="no request, no output",
            line=str(line),
        )
    stubs = case.source.stubs
    unfilled = case.source.unfilled
    if nothing_sent and (stubs or unfilled):
        where = f"`{stubs[0].name}` in line {stubs[0].line} is still empty" if stubs else f"The file holds {unfilled}"
        return failed(
            f"No {kind} arrived. {where}.",
            "not-filled-in",
            expected=expected,
            observed="no request",
            line=str(stubs[0].line) if stubs else "",
            unfilled=unfilled,
        )
    line = case.source.swallowed_call
    caught = "" if line is None else f" The `except` in line {line} goes on after an error: look at what it catches."
    return failed(
        f"No {kind} arrived during the run{_but(case, kind)}.{caught}",
        *(("error-swallowed",) if error_swallowed(case) else ()),
        expected=expected,
        observed=_but(case, kind).removeprefix(": ") or ("no request" if nothing_sent else f"no {kind}"),
        line="" if line is None else str(line),
        error=api_error(case),
    )


def _with_end(case: Case, said: str) -> str:
    """Say after an error what a program that caught it made of it, where it printed no value after it."""
    if stopped(case) is not None or _values_after_error(case):
        return said
    said = said.rstrip(".")
    text = said.partition(": ")[2]
    if text and text in case.output.text:
        return f"{said}. The error was caught, and its text was printed, but no value after it."
    return f"{said}. The error was caught, and no value was printed after it."


def _but(case: Case, kind: str) -> str:
    """Say of a missing stream which requests there were."""
    plain = len(case.trace.messages)
    if not plain or not kind.startswith("streamed"):
        return ""
    return ": one request, not streamed" if plain == 1 else f": {plain:,} requests, none of them streamed"


def _times(number: int) -> str:
    return "it" if number == 1 else f"all {number}"


def _refusal(exchange: Exchange) -> str:
    body = exchange.answer.body if exchange.answer is not None else None
    error = body.get("error") if isinstance(body, dict) else None
    message = error.get("message") if isinstance(error, dict) else None
    return f"{exchange.status}: {message}" if message else f"{exchange.status}"


# ---------------------------------------------------------------- evidence that several checks share


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


def own_address(case: Case) -> int | None:
    """The line that gives the API's address, where no request arrived and nothing else explains that."""
    crash = case.crash
    if case.trace.exchanges or (crash is not None and not _UNREACHED.search(crash.name)):
        return None
    own = case.source.own_address
    if own is not None:
        return own
    others = (read_source(text).own_address for name, text in sorted(case.trace.files.items()) if name.endswith(".py"))
    return next((line for line in others if line is not None), None)


def stream_not_opened(case: Case) -> bool:
    """Tell whether the program died using what `messages.stream` returns without opening it."""
    crash = case.crash
    if crash is None or crash.name not in ("AttributeError", "TypeError"):
        return False
    manager = "StreamManager" in crash.text
    return manager and not any(exchange.wants_stream for exchange in case.trace.messages)


def nothing_answered(case: Case) -> bool:
    """Tell whether no request of any kind to the API's two endpoints was answered with success."""
    return not any(e.succeeded for e in (*case.trace.messages, *case.trace.counts))


def error_swallowed(case: Case) -> bool:
    """Tell whether the API refused every call, and the program went on to its end and printed values."""
    return nothing_answered(case) and went_on_to_values(case)


def went_on_to_values(case: Case) -> bool:
    """Tell whether the API refused a call, and the program went on to its end and printed a labelled number."""
    return stopped(case) is None and _values_after_error(case)


def _values_after_error(case: Case) -> bool:
    seqs = [exchange.answered_seq for exchange in _refused(case) if exchange.answered_seq is not None]
    if not seqs:
        return False
    text = case.output.text[case.output.start_after(min(seqs)) :]
    return any(numbers(text, label, money=True) for label in _VALUES)


def api_error(case: Case) -> str:
    """The last error that the API answered, '' where it answered none."""
    refused = _refused(case)
    return _refusal(refused[-1]) if refused else ""


def _refused(case: Case) -> list[Exchange]:
    return [e for e in (*case.trace.messages, *case.trace.counts) if e.status is not None and not e.succeeded]
