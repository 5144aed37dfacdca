"""Which lines of a student's file the failed checks and the notices speak of. Reads text; never runs it.

A line is where to look, not what is wrong: where the file does not show a place, none is marked.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from grader.checks.source import Source
from grader.report import CheckReport, ExerciseReport

_LONGEST = 200_000  # characters of a file that is read for its structure
_IN_LOOP = frozenset(
    {
        "not-flushed",
        "joined-then-printed",
        "by-paragraph",
        "newline-per-piece",
        "pieces-doubled",
        "snapshots",
        "events-printed",
        "stopped-early",
        "stream-never-read",
        "answer-on-stderr",
    }
)
_AT_SENDING = frozenset(
    {
        "count-after-send",
        "never-counted",
        "counted-something-else",
        "counted-other-model",
        "counted-in-parts",
        "probe-by-sending",
        "sent-although-too-long",
        "fake-streaming",
        "stream-not-opened",
    }
)


def lines_at_fault(exercise: ExerciseReport, text: str) -> Mapping[int, tuple[str, ...]]:
    """Say for each line to be marked which checks and notices speak of it."""
    source = Source(text if len(text) <= _LONGEST else "")
    marks: dict[int, list[str]] = {}
    for check in exercise.checks:
        if check.outcome == "failed":
            for line in dict.fromkeys(_lines(check, source)):
                marks.setdefault(line, []).append(f"“{check.title}” failed: look here")
    for notice in exercise.notices:
        if notice.line is not None:
            marks.setdefault(notice.line, []).append(notice.message)
    return {line: tuple(dict.fromkeys(words)) for line, words in marks.items()}


def _lines(check: CheckReport, source: Source) -> Iterator[int]:
    told = [line for line in (_told(check, "error_line"), _told(check, "line")) if line is not None]
    if told:
        yield from told
        return
    special = next((line for name in check.misconceptions for line in _of_mistake(name, source)), None)
    if special is not None:
        yield special
        return
    function = check.facts.get("function", "")
    yield from (node.lineno for node in source.functions if function and node.name == function)
    label = check.facts.get("label", "")
    if label and not function and (line := _label_line(label, source.text)) is not None:
        yield line


def _told(check: CheckReport, fact: str) -> int | None:
    text = check.facts.get(fact, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _of_mistake(name: str, source: Source) -> Iterator[int]:
    """The place that is typical of a mistake."""
    if name in _IN_LOOP:
        yield from (loop.print_line or loop.line for loop in source.stream_loops)
    elif name in _AT_SENDING:
        yield from _sending(source)
    place = {
        "floor-division": source.floor_division,
        "own-api-address": source.own_address,
        "asks-for-input": source.input_call,
        "main-never-called": source.main_never_called,
        "error-swallowed": source.swallowed_call,
        "not-filled-in": next((stub.line for stub in source.stubs), None),
    }.get(name)
    if place is not None:
        yield place


def _sending(source: Source) -> Iterator[int]:
    for node in source.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _SENDING:
            yield node.func.end_lineno or node.lineno


_SENDING = ("create", "stream")


def _label_line(label: str, text: str) -> int | None:
    """The last line with a string that holds a label: what is printed is printed late."""
    wanted = _plain(label)
    found = (n for n, line in enumerate(text.splitlines(), 1) if "print" in line and wanted in _plain(line))
    return max(found, default=None)


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().lower()
