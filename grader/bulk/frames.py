"""The words between the batch and its workers: JSON with bytes behind it, length first. No pickle, no I/O.

A frame is two lengths (of the JSON and of the bytes), the JSON, the bytes. The JSON names every piece of the bytes
with its length, so a worker on another machine or of another Python reads the same.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.run.submission import Submission

_LENGTHS = struct.Struct(">II")
HEAD_BYTES = _LENGTHS.size


@dataclass(frozen=True)
class Grade:
    """What grading one submission left: the report and its page, the traces compressed, by exercise and scenario.

    `differs` names the checks that came out differently when the submission was run twice. `judged` are the verdicts
    by exercise, compressed; `drawings` is what is kept of the page.
    """

    name: str
    report: str
    traces: Mapping[tuple[str, str], bytes] = field(default_factory=dict)
    page: bytes = b""
    differs: tuple[str, ...] = ()
    runs: int = 1
    judged: Mapping[str, bytes] = field(default_factory=dict)
    drawings: bytes = b""


def frame(said: Mapping[str, Any], *pieces: bytes) -> bytes:
    """Write a frame."""
    text = json.dumps(said).encode()
    return b"".join((_LENGTHS.pack(len(text), sum(map(len, pieces))), text, *pieces))


def lengths(head: bytes) -> tuple[int, int]:
    """Read the two lengths of a frame's head."""
    text, rest = _LENGTHS.unpack(head)
    return text, rest


def frames_of(data: bytes) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Read frames that stand one after the other."""
    place = 0
    while place < len(data):
        text, rest = lengths(data[place : place + HEAD_BYTES])
        place += HEAD_BYTES
        yield json.loads(data[place : place + text]), data[place + text : place + text + rest]
        place += text + rest


def submission_frame(submission: Submission) -> bytes:
    """Write a submission."""
    names = [[name, len(content)] for name, content in submission.files.items()]
    said = {"grade": submission.name, "files": names, "rejected": dict(submission.rejected)}
    return frame(said, *submission.files.values())


def submission_of(said: Mapping[str, Any], rest: bytes) -> Submission:
    """Read a submission back."""
    return Submission(said["grade"], dict(_cut(said["files"], rest)), said["rejected"])


def grade_frame(grade: Grade) -> bytes:
    """Write a grade."""
    pieces: list[list[Any]] = [["page", len(grade.page)], ["drawings", len(grade.drawings)]]
    pieces += ([list(key), len(data)] for key, data in grade.traces.items())
    pieces += ([[exercise], len(data)] for exercise, data in grade.judged.items())
    said = {"graded": grade.name, "differs": grade.differs, "runs": grade.runs, "pieces": pieces}
    said["report"] = grade.report
    return frame(said, grade.page, grade.drawings, *grade.traces.values(), *grade.judged.values())


def grade_of(said: Mapping[str, Any], rest: bytes) -> Grade:
    """Read a grade back."""
    page, drawings, *others = _cut(said["pieces"], rest)
    return Grade(
        said["graded"],
        said["report"],
        {(key[0], key[1]): data for key, data in others if len(key) == 2},
        page[1],
        tuple(said["differs"]),
        said["runs"],
        {key[0]: data for key, data in others if len(key) == 1},
        drawings[1],
    )


def _cut(pieces: list[tuple[Any, int]], rest: bytes) -> list[tuple[Any, bytes]]:
    place, found = 0, []
    for key, length in pieces:
        found.append((key, rest[place : place + length]))
        place += length
    return found
