"""How a program died, read from its standard error: the error, and the line of the student's that it names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from grader.screen import plain_text
from grader.trace import Trace

_TRACEBACK = "Traceback (most recent call last):"
_GROUP = re.compile(r"(?m)^ *[|+][-+ 0-9|]*(?: |$)")  # the frame drawn around the errors of a group
_FRAME = re.compile(r'^ *File "(?P<path>[^"]*)", line (?P<line>\d+)(?P<within>, in .*)?$')
_ERROR = re.compile(r"^(?P<name>[A-Za-z_][\w.]*)(?:: (?P<text>.*))?$")
_BESIDE_MAIN = re.compile(r"Exception in thread |Task exception was never retrieved$")
_CHAINED = re.compile(r"During handling of the above exception|The above exception was the direct cause")
_NEVER_AWAITED = re.compile(
    r"^(?P<path>.+?):(?P<line>\d+): RuntimeWarning: coroutine '(?P<name>[^']+)' was never awaited$", re.MULTILINE
)
_SYNTAX = frozenset({"SyntaxError", "IndentationError", "TabError"})
_LINE_SAID = re.compile(r"\bon line (\d+)")
_LIBRARIES = ("site-packages/", "dist-packages/", "lib/python", "<python>")
_LOOKED_AT_BYTES = 200_000  # of standard error, from its end
_LONGEST_ERROR = 400


@dataclass(frozen=True)
class Crash:
    """An uncaught error: `text` is "ZeroDivisionError: division by zero"; file, line and source are the student's."""

    name: str
    text: str
    file: str = ""
    line: int | None = None
    source: str = ""
    unparsed: bool = False  # Python could not read the file itself
    own: bool = False  # raised by the student's own line, not further inside


def crash_of(trace: Trace) -> Crash | None:
    """Read the uncaught error that ended a run; None where it ended in another way."""
    ended = trace.exit
    if ended is None or ended.because != "itself" or ended.status != 1:
        return None  # Python leaves with 1 after an uncaught error, and with nothing else
    said = plain_text(trace.stderr[-_LOOKED_AT_BYTES:])
    if "Exception Group Traceback" in said:
        said = _GROUP.sub("", said)
    return _last_error(said.splitlines(), trace.files)


@dataclass(frozen=True)
class Forgotten:
    """A coroutine that was made and never awaited; the line is where Python noticed it, None at the program's end."""

    name: str
    line: int | None


def never_awaited(trace: Trace) -> Forgotten | None:
    """Read Python's warning of a coroutine that was never awaited; None where the exercise's file has none."""
    said = plain_text(trace.stderr[-_LOOKED_AT_BYTES:])
    for found in _NEVER_AWAITED.finditer(said):
        if found["path"] == "sys":
            return Forgotten(found["name"], None)
        if _own_file(found["path"], [f"{trace.exercise}.py"]) is not None:
            return Forgotten(found["name"], int(found["line"]))
    return None


def thread_error(trace: Trace) -> Crash | None:
    """Read the first error that ended a thread or a task, and not the program; None where there is none."""
    lines = plain_text(trace.stderr[-_LOOKED_AT_BYTES:]).splitlines()
    start = next((at for at, line in enumerate(lines) if _BESIDE_MAIN.match(line)), None)
    if start is None:
        return None
    rest = lines[start:]
    for at, line in enumerate(rest):
        chained = any(_CHAINED.match(after) for after in rest[at + 1 : at + 3])
        if _ERROR.match(line) and not _BESIDE_MAIN.match(line) and not chained and _TRACEBACK in rest[:at]:
            return _last_error(rest[: at + 1], trace.files)
    return None


@dataclass(frozen=True)
class _Frame:
    file: str | None  # the student's, None for a library's
    line: int
    source: str
    within: bool  # it names a function or a module that was running


def _last_error(lines: list[str], files: Iterable[str]) -> Crash | None:
    begins = [at for at, line in enumerate(lines) if line.strip().endswith(_TRACEBACK)]
    start = begins[-1] + 1 if begins else 0
    frames: list[_Frame] = []
    for at, line in enumerate(lines[start:], start):
        if frame := _FRAME.match(line):
            source = lines[at + 1].strip() if at + 1 < len(lines) else ""
            file = _own_file(frame["path"], files)
            frames.append(_Frame(file, int(frame["line"]), source, frame["within"] is not None))
        elif (error := _ERROR.match(line)) and (begins or error["name"] in _SYNTAX):
            return _crash(error, frames)
    return None


def _crash(error: re.Match[str], frames: list[_Frame]) -> Crash:
    name = error["name"].rpartition(".")[2]
    text = error.group()[:_LONGEST_ERROR]
    own = next((frame for frame in reversed(frames) if frame.file is not None), None)
    unparsed = name in _SYNTAX and (not frames or (frames[-1].file is not None and not frames[-1].within))
    if own is None:
        said = _LINE_SAID.search(text) if unparsed else None
        return Crash(name, text, line=int(said[1]) if said else None, unparsed=unparsed)
    return Crash(name, text, own.file or "", own.line, own.source, unparsed, own is frames[-1])


def _own_file(path: str, files: Iterable[str]) -> str | None:
    """The student's file that a frame is in, None for a library's."""
    path = path.replace("\\", "/")
    if any(part in path for part in _LIBRARIES):
        return None
    return next((name for name in files if path == name or path.endswith("/" + name)), None)
