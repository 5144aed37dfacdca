"""Notices: advice that costs no points, from the sources and the wire."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from grader.checks.cells import cell_of, cell_starts, notebook_of
from grader.checks.content import countable
from grader.checks.crash import crash_of, thread_error
from grader.checks.ending import stopped
from grader.checks.growth import growth, would_fall_behind
from grader.checks.kinds import OF_ONE_STREAM
from grader.checks.libraries import is_replaceable
from grader.checks.source import HIDDEN_KEY, read_source
from grader.checks.verdict import Case
from grader.report import Notice
from grader.trace import COUNT_TOKENS, MESSAGES, Trace

_MODELS = "/v1/models"
_LONGEST_SHOWN = 200
_MOST_CELLS = 30
_NOTEBOOK = "from-notebook"
_TOO_SHORT = "answer-too-short"

# Models that the SDK warns about when they are called.
_DEPRECATED = re.compile(r"claude-(?:[123](?:[.-]|$)|instant|(?:sonnet|opus)-4-(?:0|5|20250514)(?:-\d{8})?$)")


def notices(cases: Mapping[str, Case]) -> tuple[Notice, ...]:
    """Everything worth saying of an exercise beside its checks, each thing once, from its scenarios' cases."""
    found: dict[tuple[str, int | None, str], Notice] = {}
    for case in cases.values():
        for notice in (*_of_sources(case.trace), *_of_wire(case)):
            found.setdefault((notice.id, notice.line, notice.message), notice)
    too_short = any(notice.id == _TOO_SHORT for notice in found.values())
    if too_short and not all(_kept_up(case) for case in cases.values()):
        found = {key: notice for key, notice in found.items() if notice.id != _TOO_SHORT}
    of_notebook = [notice for notice in found.values() if notice.id == _NOTEBOOK]
    once = next((notice for notice in of_notebook if notice.line is not None), None) or next(iter(of_notebook), None)
    return tuple(notice for notice in found.values() if notice.id != _NOTEBOOK or notice is once)


def _of_sources(trace: Trace) -> Iterator[Notice]:
    own = f"{trace.exercise}.py"
    for name, text in sorted(trace.files.items(), key=lambda file: (file[0] != own, file[0])):
        if name != own and name not in trace.modules:
            continue
        if (library := _shadowed(name)) is not None:
            yield Notice(
                id="shadows-library",
                message=f"Your file {name} has the name of the library {library}, and Python imports yours in its "
                "place. Give the file another name.",
            )
        if name == own and (notebook := notebook_of(text)) is not None:
            yield _of_notebook(trace, notebook, text)
        source = read_source(text)
        if source.key_line is not None:
            yield Notice(
                id="hard-coded-key",
                line=source.key_line,
                message=_of_key(name, source.key_line, real=HIDDEN_KEY in source.line(source.key_line)),
            )
        if source.own_address is not None:
            yield Notice(
                id="hard-coded-address",
                line=source.own_address,
                message=f"The API's address stands in line {source.own_address} of {name}. Leave it to the variable "
                "ANTHROPIC_BASE_URL, so that the program also works where the address is another one.",
            )


def _of_key(name: str, line: int, *, real: bool) -> str:
    """Say what is wrong with a key in a file; what only stands for one gives nothing away."""
    if real:
        return (
            f"A key stands in line {line} of {name}. Leave it to the variable ANTHROPIC_API_KEY, and withdraw it: "
            "whoever has the file has the key."
        )
    return (
        f"Line {line} of {name} gives the client a key of its own. Leave that to the variable ANTHROPIC_API_KEY: then "
        "the program works wherever it is set, and no key can slip into the file."
    )


def _of_notebook(trace: Trace, notebook: str, program: str) -> Notice:
    """Say which lines are which cells, and first where the error is."""
    crash = crash_of(trace)
    line = crash.line if crash is not None and crash.file in ("", f"{trace.exercise}.py") else None
    place = cell_of(program, line) if line is not None else None
    error = f"The error in line {line} is in code cell {place[0]}, line {place[1]}. " if place else ""
    starts = list(cell_starts(program).items())
    said = ", ".join(f"cell {cell} in line {start}" for cell, start in starts[:_MOST_CELLS])
    more = f" and {len(starts) - _MOST_CELLS} more" if len(starts) > _MOST_CELLS else ""
    return Notice(
        id=_NOTEBOOK,
        line=line,
        message=f"{error}{trace.exercise}.py was made of your {notebook}; its code cells begin so: {said}{more}.",
    )


def _shadowed(name: str) -> str | None:
    """The library that a student's file hides, None where it hides none."""
    top = name.replace("\\", "/").partition("/")[0].removesuffix(".py")
    return top if is_replaceable(top) else None


def _of_wire(case: Case) -> Iterator[Notice]:
    yield from _error_beside_main(case)
    yield from _unknown_endpoints(case)
    yield from _deprecated_models(case)
    yield from _counts_made_twice(case)
    yield from _unwatched_streams(case)
    yield from _short_stream(case)


def _error_beside_main(case: Case) -> Iterator[Notice]:
    """Tell of an error that the exit status says nothing of."""
    error = None if stopped(case) is not None else thread_error(case.trace)
    if error is not None:
        place = "" if error.line is None else f" (line {error.line} of {error.file})"
        yield Notice(
            id="error-in-thread",
            line=error.line if error.file == f"{case.trace.exercise}.py" else None,
            message="An error ended a thread or a task of your program, and what that had still to do was not done, "
            f"although the program went on and ended with status 0{place}: {error.text[:_LONGEST_SHOWN]}",
        )


def _unknown_endpoints(case: Case) -> Iterator[Notice]:
    for exchange in case.trace.exchanges:
        path = exchange.request.path.partition("?")[0]
        known = path in (MESSAGES, COUNT_TOKENS, _MODELS) or path.startswith(_MODELS + "/")
        if not known and exchange.status == 404:
            yield Notice(
                id="unknown-endpoint",
                message=f"A request went to {exchange.request.method} {path[:_LONGEST_SHOWN]}, which nothing answers "
                f"here. This course uses {MESSAGES} and {COUNT_TOKENS}.",
            )


def _deprecated_models(case: Case) -> Iterator[Notice]:
    for model in dict.fromkeys(exchange.model for exchange in (*case.trace.messages, *case.trace.counts)):
        if _DEPRECATED.match(model):
            yield Notice(
                id="deprecated-model",
                line=case.source.line_of_text(model),
                message=f"The model {model[:_LONGEST_SHOWN]} is deprecated and will be switched off. "
                f"{case.course.default_model} is a current one.",
            )


def _counts_made_twice(case: Case) -> Iterator[Notice]:
    seen: set[tuple[str, str]] = set()
    for count in case.trace.counts:
        key = count.model, countable(count.request.body)
        if count.succeeded and key in seen:
            yield Notice(
                id="count-made-twice",
                message="The same content was counted more than once. A count does not change: keep the first one.",
            )
            return
        if count.succeeded:
            seen.add(key)


def _unwatched_streams(case: Case) -> Iterator[Notice]:
    judged = any(spec.check in OF_ONE_STREAM for spec in case.exercise.checks)
    for message in case.trace.messages:
        if judged and message.number == case.stream:
            continue
        if message.gates and not any(gate.because == "shown" for gate in message.gates):
            yield Notice(
                id="stream-nobody-watches",
                message="A streamed answer was taken and none of its text shown while it arrived. Where nobody "
                "watches, a plain `create` does the same.",
            )
            return


def _short_stream(case: Case) -> Iterator[Notice]:
    """Say where passing means little, because no program could fail."""
    judged = any(spec.check in OF_ONE_STREAM for spec in case.exercise.checks)
    stream = next((message for message in case.trace.messages if judged and message.number == case.stream), None)
    if stream is not None and stream.text and not would_fall_behind(stream):
        limit = "" if stream.max_tokens is None else f" (`max_tokens` is {stream.max_tokens:,})"
        yield Notice(
            id=_TOO_SHORT,
            message=f"The streamed answer is hardly longer than a line{limit}, so nobody can see from it whether your "
            "program shows the pieces as they come. Give the answer room for a few hundred tokens, and grade again.",
        )


def _kept_up(case: Case) -> bool:
    """Tell whether nothing was seen of a program that would show its pieces late."""
    return case.streamed is None or case.streamed.stream is None or growth(case.trace, case.streamed).keeps_up
