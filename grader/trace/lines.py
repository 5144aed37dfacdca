"""The file format of traces: JSON lines, a header and then an event a line; versioned, refused when unknown."""

from __future__ import annotations

import base64
import json
from dataclasses import fields
from typing import Any, get_args

from grader.frozen import made_of
from grader.trace.events import AnyEvent, Event, Json, OutputWritten
from grader.trace.run import Trace

SCHEMA = "grade/trace/1"

_EVENTS: dict[str, type[Event]] = {kind.__name__: kind for kind in get_args(AnyEvent)}
_FIELDS = {kind: frozenset(each.name for each in fields(kind)) for kind in _EVENTS.values()}
_TUPLES = {kind: found for kind, names in _FIELDS.items() if (found := names & {"unsent", "functions", "args"})}


class TraceError(ValueError):
    """A trace file cannot be read; the text says where and why."""


def dump(trace: Trace) -> str:
    """Write a trace as JSON lines: a header, then an event a line."""
    header = {
        "schema": SCHEMA,
        "exercise": trace.exercise,
        "scenario": trace.scenario,
        "seed": trace.seed,
        "files": dict(trace.files),
        "sandbox": trace.sandbox,
        "python": trace.python,
        "sdk": trace.sdk,
    }
    lines = [json.dumps(header)]
    lines += [json.dumps(_event_json(event)) for event in trace.events]
    return "\n".join(lines) + "\n"


def load(text: str) -> Trace:
    """Read a trace back; raise TraceError for another schema, an unknown event or a torn line."""
    header, *lines = _parsed(text.splitlines() or [""])
    if header.get("schema") != SCHEMA:
        raise TraceError(f"This is no {SCHEMA} file: its schema is {header.get('schema')!r}.")
    try:
        return Trace(
            exercise=header["exercise"],
            scenario=header["scenario"],
            seed=header["seed"],
            files=header["files"],
            sandbox=header["sandbox"],
            python=header["python"],
            sdk=header["sdk"],
            events=tuple(_event(line, number) for number, line in enumerate(lines, 2)),
        )
    except KeyError as missing:
        raise TraceError(f"Line 1: the header lacks {missing}.") from None


def _parsed(lines: list[str]) -> list[dict[str, Any]]:
    """Parse all lines at once, which takes half as long; where one is not what it should be, find it."""
    try:
        found = json.loads(f"[{','.join(lines)}]")
    except ValueError:
        found = []
    if len(found) == len(lines) and all(type(line) is dict for line in found):
        return found  # type: ignore[no-any-return]  # it has just been looked at
    return [_line(line, number) for number, line in enumerate(lines, 1)]


def _line(text: str, number: int) -> dict[str, Any]:
    try:
        parsed = json.loads(text)
    except ValueError:
        raise TraceError(f"Line {number} is not JSON; the file may be torn.") from None
    if not isinstance(parsed, dict):
        raise TraceError(f"Line {number} is not an object.")
    return parsed


def _event_json(event: AnyEvent) -> dict[str, Any]:
    line: dict[str, Any] = {"event": type(event).__name__}
    for each in fields(event):
        value = getattr(event, each.name)
        line[each.name] = _bytes_json(value) if isinstance(value, bytes) else value
    return line


def _event(line: dict[str, Any], number: int) -> AnyEvent:
    told = line.pop("event", None)
    kind = _EVENTS.get(told) if isinstance(told, str) else None
    if kind is None:
        raise TraceError(f"Line {number} holds an event that this version does not know.")
    if kind is OutputWritten and isinstance(line.get("data"), str | dict):
        line["data"] = _bytes(line["data"])
    elif kind in _TUPLES:
        for name in _TUPLES[kind]:
            if isinstance(line.get(name), list):
                line[name] = tuple(line[name])
    if line.keys() == _FIELDS[kind]:  # the usual case
        return made_of(kind, line)  # type: ignore[return-value]  # _EVENTS holds the members of AnyEvent
    try:
        return kind(**line)  # type: ignore[return-value]  # _EVENTS holds the members of AnyEvent
    except TypeError:
        raise TraceError(f"Line {number}: a {kind.__name__} has other fields.") from None


def _bytes_json(data: bytes) -> Json:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def _bytes(value: Json) -> bytes:
    return value.encode() if isinstance(value, str) else base64.b64decode(value["base64"])
