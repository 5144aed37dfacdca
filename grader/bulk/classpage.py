"""The class page: what a class has and has not understood, as data in one self-contained file. Judges nothing.

Theory: the page is a viewer over embedded JSON. Here a row a submission is written down compactly (a letter a check, a
number a misconception); every figure on the page is counted from those rows in the browser, so each of them leads to
the submissions behind it. Only what cannot be counted is put in as words: titles, and three representatives a cluster.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

import grader.render
from grader.bulk.lateness import LateLine
from grader.bulk.rows import Row
from grader.course import Course
from grader.documents import DocumentError
from grader.render.visible import visible
from grader.report import CheckReport, Report

_TEMPLATES = Path(grader.render.__file__).parent / "templates"
_SCRIPTS = ("index_facets.js", "index_address.js", "index_overview.js", "index_table.js", "index_controls.js")
_LETTERS = {"passed": "p", "failed": "f", "skipped": "s", "error": "e"}
_REPRESENTATIVES = 3
_LONGEST = 280
UNEXPLAINED = "-"


@dataclass
class ClassData:
    """Takes in reports one by one; holds a short row of each and never a report."""

    course: Course
    seed: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)
    exercises: dict[str, dict[str, Any]] = field(default_factory=dict)
    clusters: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)

    def add(self, row: Row, report: Report, late: LateLine | None = None) -> None:
        """Take in one submission."""
        line: dict[str, Any] = {
            "n": row.name,
            "s": visible(row.student, 120, lines=False),
            "h": f"reports/{quote(row.name)}.html",
            "p": round(report.score, 4),
            "b": round(report.bonus, 4),
            "o": {e.name: e.outcome for e in report.exercises if e.outcome != "graded"},
            "e": {e.name: round(e.score, 4) for e in report.exercises if e.outcome != "error"},
            "c": {e.name: {c.name: _LETTERS[c.outcome] for c in e.checks} for e in report.exercises},
            "m": [],
        }
        if late is not None:
            line["late"], line["cost"] = late.words, float(late.deduction)
        if row.differs:
            line["d"] = list(row.differs)
        faults = [visible(e.fault or "", _LONGEST, lines=False) for e in report.exercises if e.outcome == "error"]
        if faults:
            line["f"] = faults
        if report.unread:
            line["u"] = [visible(reason, _LONGEST, lines=False) for reason in report.unread]
            line["w"] = [e.name for e in report.exercises if e.outcome == "missing" and not e.absent]
        for exercise in report.exercises:
            known = self.exercises.setdefault(
                exercise.name, {"title": exercise.title, "max": exercise.max_score, "checks": {}}
            )
            for check in exercise.checks:
                known["checks"].setdefault(
                    check.name, {"title": check.title, "points": check.max_score, "bonus": check.bonus}
                )
                if check.outcome == "failed":
                    self._cluster(row.name, f"{exercise.name}.{check.name}", check, line)
        self.rows.append(line)

    def _cluster(self, name: str, check_id: str, check: CheckReport, line: dict[str, Any]) -> None:
        for mistake in check.misconceptions or ((check.misconception,) if check.misconception else (UNEXPLAINED,)):
            line["m"].append([check_id, mistake])
            cluster = (mistake, check_id if mistake == UNEXPLAINED else "")
            kept = self.clusters.setdefault(cluster, [])
            said = visible(
                check.message or f"expected {check.expected}, observed {check.observed}", _LONGEST, lines=False
            )
            # Three that differ show more of a mistake than three of a kind.
            alike = sum(each["text"] == said for each in kept)
            if len(kept) < _REPRESENTATIVES and all(each["n"] != name for each in kept):
                kept.append({"n": name, "text": said, "check": check_id})
            elif kept and not alike and (twin := _twin(kept)) is not None and all(each["n"] != name for each in kept):
                kept[twin] = {"n": name, "text": said, "check": check_id}

    def as_json(self) -> dict[str, Any]:
        """Give everything the page is made of."""
        order = [(exercise, check) for exercise, known in self.exercises.items() for check in known["checks"]]
        numbers = {f"{exercise}.{check}": at for at, (exercise, check) in enumerate(order)}
        mistakes = sorted({mistake for row in self.rows for _, mistake in row["m"]} - {UNEXPLAINED})
        places = {mistake: at for at, mistake in enumerate(mistakes)} | {UNEXPLAINED: -1}
        masks = _masks([row["n"] for row in self.rows], self.seed)
        alphabet = {name: at for at, name in enumerate(sorted((row["s"] for row in self.rows), key=_natural))}
        return {
            "title": self.course.title,
            "max": sum(known["max"] for known in self.exercises.values()),
            "exercises": [
                {"name": name, "title": known["title"], "max": known["max"]} for name, known in self.exercises.items()
            ],
            "checks": [
                {"exercise": exercise, "name": check} | self.exercises[exercise]["checks"][check]
                for exercise, check in order
            ],
            "mistakes": [{"id": mistake, "title": self._title(mistake)} for mistake in mistakes],
            "clusters": [
                {"mistake": places[mistake], "check": numbers.get(check, -1), "like": like}
                for (mistake, check), like in self.clusters.items()
            ],
            "rows": [
                row
                | {"a": masks[row["n"]], "k": alphabet[row["s"]]}
                | {"c": "".join(row["c"].get(exercise, {}).get(check, "-") for exercise, check in order)}
                | {"m": [[numbers[check], places[mistake]] for check, mistake in row["m"]]}
                for row in self.rows
            ],
        }

    def _title(self, mistake: str) -> str:
        try:
            known = self.course.misconceptions.get(mistake)
        except DocumentError:
            known = None
        return mistake if known is None else known.title


def _twin(kept: list[dict[str, str]]) -> int | None:
    """Find a representative that says what an earlier one says."""
    for at in range(1, len(kept)):
        if any(kept[at]["text"] == earlier["text"] for earlier in kept[:at]):
            return at
    return None


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Sort names as people do: whatever their case and accents, and 9 before 10."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    parts = re.findall(r"\d+|\D+", plain.casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]


def _masks(names: list[str], seed: int) -> dict[str, int]:
    """Number the submissions in an order that says nothing of their names."""
    shuffled = sorted(names, key=lambda name: hashlib.sha256(f"{seed} {name}".encode()).digest())
    return {name: number for number, name in enumerate(shuffled, 1)}


def render_class_page(data: ClassData) -> str:
    """Write the page."""
    found = data.as_json()
    embedded = json.dumps(found, separators=(",", ":")).replace("<", "\\u003c").replace("&", "\\u0026")
    return (
        _environment()
        .get_template("index.html")
        .render(
            title=found["title"],
            rows=len(found["rows"]),
            data=Markup(embedded),  # JSON without a < that could end the element
            style=_own("index.css"),
            script=_script(),
            policy=(
                f"default-src 'none'; style-src '{_hash(_own('index.css'))}'; script-src '{_hash(_script())}'; "
                "base-uri 'none'; form-action 'none'"
            ),
        )
    )


@cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)


@cache
def _own(name: str) -> Markup:
    return Markup((_TEMPLATES / name).read_text(encoding="utf-8"))  # our own file, no student's text


@cache
def _script() -> Markup:
    """Put the parts of the script together: one block, in which they see each other and nothing else does."""
    return Markup('"use strict";\n(() => {\n') + Markup("\n").join(map(_own, _SCRIPTS)) + Markup("})();\n")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
