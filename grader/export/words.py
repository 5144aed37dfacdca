"""What a platform shows of a mark as text: a line an exercise, what did not pass and why, lateness on its own line."""

from __future__ import annotations

import html

from grader.export.marks import Mark, decimal, number
from grader.render.visible import visible
from grader.report import CheckReport, ExerciseReport

_LONGEST = 600


def feedback(mark: Mark) -> str:
    """Write everything as plain text."""
    return "\n".join(_lines(mark))


def feedback_html(mark: Mark) -> str:
    """Write everything as simple HTML that a learning platform's editor keeps; a stranger's text stays text."""
    blocks = []
    for exercise in mark.report.exercises:
        failed = "".join(f"<li>{html.escape(line)}</li>" for line in failures(exercise))
        blocks.append(f"<p>{html.escape(headline(exercise))}</p>" + (f"<ul>{failed}</ul>" if failed else ""))
    if mark.late is not None:
        blocks.append(f"<p>{html.escape(mark.late.words)}</p>")
    return "".join(blocks)


def headline(exercise: ExerciseReport) -> str:
    """Write an exercise's points, or why there are none."""
    name = f"{exercise.name} ({exercise.title})"
    if exercise.outcome == "error":
        return f"{name}: not graded, by the grader's own fault."
    points = f"{number(decimal(exercise.score))} of {number(decimal(exercise.max_score))} points"
    bonus = f", bonus {number(decimal(exercise.bonus))}" if exercise.bonus else ""
    missing = f" {shown(exercise.fault or '')}" if exercise.outcome == "missing" else ""
    return f"{name}: {points}{bonus}.{missing}"


def failures(exercise: ExerciseReport) -> list[str]:
    """Write a line for each check that did not pass, the bonus's too."""
    return [f"{check.title}: {said(check)}" for check in exercise.checks if check.outcome != "passed"]


def said(check: CheckReport) -> str:
    """Give what a check says, or the word for its outcome."""
    return shown(check.message) or {"skipped": "could not be judged", "error": "not judged"}.get(
        check.outcome, "failed"
    )


def shown(text: str) -> str:
    """Make a stranger's text one visible line."""
    return visible(" ".join(text.split("\n")), _LONGEST, lines=False)


def _lines(mark: Mark) -> list[str]:
    lines = []
    for exercise in mark.report.exercises:
        lines += [headline(exercise), *(f"  - {line}" for line in failures(exercise))]
    if mark.late is not None:
        lines.append(mark.late.words)
    return lines
