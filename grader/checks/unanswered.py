"""Why a request was not answered: what a program met on its way to the API, and what it made of a refusal."""

from __future__ import annotations

import re
from collections.abc import Iterable

from grader.checks import labels
from grader.checks.crash import never_awaited
from grader.checks.ending import stopped
from grader.checks.printed import numbers
from grader.checks.source import read_source
from grader.checks.verdict import Case, Verdict, failed, skipped
from grader.trace import Exchange

_OPENED_WRONG = re.compile("context manager|__a?(?:enter|exit)__")  # `with` where `async with` is meant, or the reverse
_UNREACHED = re.compile("Connect|Timeout|URLError|gaierror|Retry|SSL|OSError|ProtocolError")


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
            observed=f"no request, and the coroutine {forgotten.name} was never awaited",
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
    stubs = [stub for stub in case.source.stubs if stub.name in (*case.exercise.functions, "main")]
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


# ---------------------------------------------------------------- what stands in the way


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
    manager = "StreamManager" in crash.text and not _OPENED_WRONG.search(crash.text)
    return manager and not any(exchange.wants_stream for exchange in case.trace.messages)


# ---------------------------------------------------------------- what a refusal led to


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
    return any(numbers(text, label, money=True) for label in labels.ALL)


def api_error(case: Case) -> str:
    """The last error that the API answered, '' where it answered none."""
    refused = _refused(case)
    return _refusal(refused[-1]) if refused else ""


def _refused(case: Case) -> list[Exchange]:
    return [e for e in (*case.trace.messages, *case.trace.counts) if e.status is not None and not e.succeeded]
