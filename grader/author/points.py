"""The rule about points: what a handout says of them is what exercise.yaml gives. Reads; runs no program.

A handout may leave points unsaid. What it lists, it has to list whole and right: students count on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.author.findings import Finding, Outcome, outcome
from grader.course import CheckSpec, Course, Exercise

_ROW = re.compile(r"\|\s*`(?P<check>[a-z][a-z0-9_]*)`\s*\|(?P<points>[^|]*)\|")
_WHOLE = re.compile(r"(?<![\d.,])\d+(?![\d.,])")
_TOTAL = re.compile(r"\W*(?P<points>\d+) points?\b(?: and (?P<bonus>\d+) bonus points?\b)?")


def points(course: Course, read: dict[str, Exercise]) -> Outcome:
    """Hold that every handout has the points of its exercise.yaml: each check's where it lists them, and the sum."""
    findings: list[Finding] = []
    looked_at = 0
    for name, exercise in read.items():
        page = course.folder / name / "handout.md"
        if page.is_file():
            looked_at += 1
            findings += _of_page(f"course/{name}/handout.md", page.read_text(encoding="utf-8"), exercise)
    asks = "what handouts say of points is what exercise.yaml gives"
    return outcome("points", asks, f"{looked_at} handouts", findings)


def _of_page(where: str, text: str, exercise: Exercise) -> Iterator[Finding]:
    specs = {spec.name: spec for spec in exercise.checks}
    listed: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        place = f"{where}:{number}"
        if row := _ROW.match(line.strip()):
            if said := _WHOLE.findall(row["points"]):
                listed[row["check"]] = number
                found = _in_words(int(said[0]), bool(re.search("[A-Za-z]", row["points"])))
                spec = specs.get(row["check"])
                if spec is None:
                    yield Finding(place, f"`{row['check']}` has {found} here, and exercise.yaml has no such check.")
                elif found != _given(spec):
                    yield Finding(place, f"`{spec.name}` has {found} here, {_given(spec)} in exercise.yaml.")
        elif total := _TOTAL.match(line):
            here = _sum(int(total["points"]), int(total["bonus"] or 0))
            given = _sum(exercise.max_score, sum(spec.points for spec in exercise.checks if spec.bonus))
            if here != given:
                yield Finding(place, f"{here} in all here, {given} in exercise.yaml.")
    for name in specs if listed else ():
        if name not in listed:
            last = max(listed.values())
            yield Finding(f"{where}:{last}", f"the list of checks ends without `{name}`: {_given(specs[name])}.")


def _given(spec: CheckSpec) -> str:
    return _in_words(spec.points, spec.bonus)


def _in_words(number: int, bonus: bool) -> str:
    return f"{number} {'bonus ' if bonus else ''}{'point' if number == 1 else 'points'}"


def _sum(number: int, bonus: int) -> str:
    return _in_words(number, False) + (f" and {_in_words(bonus, True)}" if bonus else "")
