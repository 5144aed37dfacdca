"""What a grade rests on, as hashes: the grader's code, the course, and which of it runs or verdicts depend on.

Theory: a change reaches as far as it must and no further. What *runs* rest on (the code that runs programs, scenarios,
fixtures, what the probe calls) needs new runs. What *verdicts* rest on beside the traces (the checks' code, prices)
needs the traces judged again; by one check alone, where it is new or its exercise's own `checks.py` has changed. All
else of a course (points, titles, hints, the words for a mistake) is put into the report again. What being late costs is
in none of it: no mark of a check depends on it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from grader import __version__
from grader.bulk.rows import Kept
from grader.checks.kinds import OF_ONE_STREAM, UNPRICED, is_own
from grader.course import Course, Exercise

_PACKAGE = Path(__file__).resolve().parents[1]
_BOTH = ("course.py", "documents.py", "fixtures", "frozen.py", "progress.py", "screen.py", "trace")
RUNNING = (*_BOTH, "checks/cells.py", "replay", "run", "sandbox")
JUDGING = (*_BOTH, "checks", "grading.py", "judge.py", "marks.py", "report.py")
DRAWING = (*_BOTH, "checks", "render", "report.py")
_CODE = (".py", ".html", ".css", ".js")
_SHORT = 16


@dataclass(frozen=True)
class GraderCode:
    """The code that made a grade: its version and two hashes, as a store keeps them in one text."""

    version: str
    running: str
    judging: str

    def __str__(self) -> str:
        return f"{self.version} running:{self.running} judging:{self.judging}"

    @classmethod
    def read(cls, text: str) -> GraderCode:
        """Read it back; of a grade that an earlier version has kept, the hashes are empty."""
        version, *parts = text.split()
        said = dict(part.split(":", 1) for part in parts if ":" in part)
        return cls(version, said.get("running", ""), said.get("judging", ""))


@lru_cache(maxsize=1)
def this_code() -> GraderCode:
    """The code of this grader."""
    return GraderCode(__version__, _hash_of_code(RUNNING), _hash_of_code(JUDGING))


@lru_cache(maxsize=1)
def drawing_code() -> str:
    """Hash the code that draws pages, templates included."""
    return _hash_of_code(DRAWING)


def _hash_of_code(rooms: Iterable[str]) -> str:
    total = hashlib.sha256()
    for room in sorted(rooms):
        path = _PACKAGE / room
        for file in [path] if path.suffix else sorted(each for each in path.rglob("*") if each.suffix in _CODE):
            content = file.read_bytes().replace(b"\r\n", b"\n")
            total.update(file.relative_to(_PACKAGE).as_posix().encode() + b"\0" + hashlib.sha256(content).digest())
    return total.hexdigest()[:_SHORT]


def version_of_files(course: str, files: Mapping[str, bytes]) -> str:
    """Hash names and contents of all that a report can depend on; `course` names the course's folder among them."""
    total = hashlib.sha256()
    for name in sorted(files):
        if not name.endswith(".md"):
            content = _without_lateness(files[name]) if name == f"{course}/course.yaml" else files[name]
            total.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    return total.hexdigest()


def _without_lateness(content: bytes) -> bytes:
    """Leave out what being late costs; a file that does not hold what it should stays as it is."""
    try:
        said = yaml.safe_load(content)
    except yaml.YAMLError:
        return content
    if not isinstance(said, dict):
        return content
    return json.dumps({k: v for k, v in said.items() if k != "lateness"}, sort_keys=True, default=str).encode()


def run_version(course: Course, exercise: Exercise) -> str:
    """Hash what a run of an exercise rests on in the course."""
    said = {
        "scenarios": {name: spec.model_dump(mode="json") for name, spec in exercise.scenarios.items()},
        "functions": list(exercise.functions.items()),
        "names": list(exercise.names),
        "context": course.context_window_tokens,
    }
    total = hashlib.sha256(json.dumps(said, sort_keys=True).encode())
    own = {spec.fixture for spec in exercise.scenarios.values()}
    others = {spec.fixture for name in course.exercise_names for spec in course.exercise(name).scenarios.values()} - own
    for path in sorted(course.fixtures.rglob("*")):
        name = path.relative_to(course.fixtures).as_posix()
        if path.suffix in (".yaml", ".yml", ".json") and name not in others and path.is_file():
            total.update(name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


@dataclass(frozen=True)
class VerdictsVersion:
    """What the verdicts on given traces of one exercise rest on.

    `verdicts` is what all of them rest on, `checks` what each rests on besides, by name. `points`: where a run has
    several streamed calls, the points that each would have decide which of them is judged.
    """

    verdicts: str
    points: str
    checks: Mapping[str, str]

    def kept(self, said: bytes) -> Kept:
        """Write on compressed verdicts what they rest on."""
        return Kept(self.verdicts, self.points, self.checks, said)

    def others(self, kept: Kept, *, several_streams: bool) -> frozenset[str]:
        """Name the checks whose verdicts that were kept may not be those that today's course and code would give."""
        if kept.version != self.verdicts or (several_streams and kept.points != self.points):
            return frozenset(self.checks)
        return frozenset(name for name, rests_on in self.checks.items() if kept.checks.get(name) != rests_on)


def verdicts_version(course: Course, exercise: Exercise) -> VerdictsVersion:
    """Hash what of the course and the code verdicts rest on."""
    of_one_stream = {spec.name: spec.points for spec in exercise.checks if spec.check in OF_ONE_STREAM}
    prices = course.prices.model_dump(mode="json")
    said: dict[str, Any] = {
        "code": this_code().judging,
        "model": course.default_model,
        "context": course.context_window_tokens,
        "scenarios": list(exercise.scenarios),
        "functions": list(exercise.functions.items()),
        "names": list(exercise.names),
        "streams": bool(of_one_stream),
    }
    file = course.folder / exercise.name / "checks.py"
    own: dict[str, Any] = {
        "code": hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "",
        "checks": [(spec.name, spec.check) for spec in exercise.checks],
    }
    checks = {
        spec.name: _hash_of(
            {"check": spec.check, "in": list(exercise.scenarios_of(spec))}
            | ({} if spec.check in UNPRICED else {"prices": prices})
            | (own if is_own(spec.check) else {})
        )
        for spec in exercise.checks
    }
    return VerdictsVersion(_hash_of(said), _hash_of({"points": of_one_stream, "prices": prices}), checks)


def _hash_of(said: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:_SHORT]
