"""Which lines of a student's file the failed checks and the notices speak of. Reads text; never runs it.

A line is where to look, not what is wrong: where the file does not show a place, none is marked. The places that are
typical of a mistake stand in `grader.render.places`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from grader.checks.source import read_source
from grader.render.places import Places
from grader.report import CheckReport, ExerciseReport

_LONGEST = 100_000  # characters of a file that is read for its structure
_OF_ONE_LINE = frozenset({"label-missing", "list-of-guesses", "typed-in", "not-filled-in"})  # made anew for each value


def places_at_fault(exercise: ExerciseReport, text: str) -> Mapping[str, tuple[int, ...]]:
    """Say for each failed check at which lines to look, the likeliest first."""
    try:
        return _places(exercise, Places(read_source(text if len(text) <= _LONGEST else "")))
    except RecursionError:  # an expression nested as deep as nobody writes one
        return {}


def _places(exercise: ExerciseReport, places: Places) -> Mapping[str, tuple[int, ...]]:
    failed = [check for check in exercise.checks if check.outcome == "failed"]
    found: dict[str, tuple[int, ...]] = {}
    for at, check in enumerate(failed):
        shown = next((each for each in failed[:at] if _shows(check, each)), None)
        found[check.name] = places.of(check) if shown is None else found[shown.name]
    return {name: lines for name, lines in found.items() if lines}


def _shows(check: CheckReport, earlier: CheckReport) -> bool:
    """Whether a check only shows a mistake that an earlier one has found where it is made."""
    if not check.misconceptions or check.misconceptions != earlier.misconceptions:
        return False
    if _OF_ONE_LINE.intersection(check.misconceptions):
        return False
    return check.facts.get("function", "") in ("", earlier.facts.get("function", ""))


def lines_at_fault(
    exercise: ExerciseReport, places: Mapping[str, tuple[int, ...]], titles: Mapping[str, str] | None = None
) -> Mapping[int, tuple[str, ...]]:
    """Say for each line to be marked why; `places` are those of each check, `titles` those of the known mistakes."""
    checks = {check.name: check for check in exercise.checks}
    speaking: dict[int, list[CheckReport]] = {}
    for name, lines in places.items():
        for line in lines:
            speaking.setdefault(line, []).append(checks[name])
    marks = {line: list(_notes(found, titles or {})) for line, found in speaking.items()}
    for notice in exercise.notices:
        if notice.line is not None:
            marks.setdefault(notice.line, []).append(notice.message)
    return {line: tuple(dict.fromkeys(words)) for line, words in marks.items()}


def _notes(checks: Iterable[CheckReport], titles: Mapping[str, str]) -> Iterable[str]:
    """One note a mistake, with the names of the checks that it failed."""
    by_mistake: dict[str, list[str]] = {}
    for check in checks:
        title = titles.get(check.misconception or "", "")
        words = f"Look here for “{title}”" if title else f"Look here: “{check.title}” failed"
        by_mistake.setdefault(words, []).append(f"`{check.name}`")
    for words, names in by_mistake.items():
        yield f"{words} ({', '.join(names)})"
