"""Reports and traces made by hand, with what students are most likely to hand in, and the worst that they can."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grader.course import Course
from grader.report import CheckReport, ExerciseReport, Notice, Report
from grader.trace import Trace
from tests.traces import TraceBuilder

COURSE = Course(Path(__file__).parents[2] / "course")
TEXT = (
    "A language model writes its answer one token at a time. A token is a short piece of text: a word, a part of a "
    "word, a sign. Each new one is chosen with all that stands before it in view. "
) * 6


def pieces(text: str = TEXT, size: int = 25) -> tuple[str, ...]:
    """Cut an answer as it travels."""
    return tuple(text[at : at + size] for at in range(0, len(text), size))


def streamed(scenario: str = "recorded", *, progressive: bool = True) -> Trace:
    """A run of exercise 3: a plain call, then a stream that is shown as it arrives, or only in the end."""
    run = TraceBuilder("exercise3", scenario, source="import anthropic\n\nprint('hello')\n")
    run.message(usage=(52, 610), text="The plain answer.").stream(pieces(), usage=(52, 655), shown=progressive)
    if not progressive:
        run.prints(TEXT)
    return run.prints("\nstop reason: end_turn\ninput tokens: 52\noutput tokens: 655\ncost: $0.003327\n").exits().trace


def check(name: str = "cost_printed", outcome: str = "failed", **fields: object) -> CheckReport:
    """One check, failed by exchanged prices unless told."""
    words: dict[str, object] = {"title": "The printed cost is that call's cost", "score": 0.0, "max_score": 2.0}
    if outcome == "passed":
        words["score"] = 2.0
    elif outcome == "failed":
        words |= {
            "scenario": "varied",
            "expected": "$0.005892",
            "observed": "$0.007596",
            "misconception": "prices-swapped",
            "misconceptions": ("prices-swapped",),
            "message": "Your program printed $0.007596; the usage it received costs $0.005892.",
            "hint": "Read the line that computes the cost aloud.",
            "hints": ("Read the line aloud.", "There are `1,337` tokens in.", "Two products:\n\n    a = b * ...\n"),
            "facts": {"model": "claude-haiku-4-5", "input_tokens": "1,337", "output_tokens": "911"},
        }
    return CheckReport(name=name, outcome=outcome, **(words | fields))  # type: ignore[arg-type]


def exercise(*checks: CheckReport, name: str = "exercise1", notices: tuple[Notice, ...] = ()) -> ExerciseReport:
    """One graded exercise."""
    return ExerciseReport(
        name=name,
        title="What did that call cost?",
        outcome="graded",
        score=sum(each.score for each in checks),
        max_score=sum(each.max_score for each in checks),
        checks=checks,
        notices=notices,
    )


def report(*exercises: ExerciseReport, submission: str = "alice") -> Report:
    """A whole report."""
    return Report(
        submission=submission,
        sha256="0" * 64,
        course="Tokens, cost and streaming with the Anthropic Messages API",
        grader="1.0.0",
        seed=4711,
        sandbox="none",
        graded_at="2026-11-21T07:00:00Z",
        duration_s=0.41,
        score=sum(each.score for each in exercises),
        max_score=sum(each.max_score for each in exercises),
        bonus=0.0,
        exercises=exercises,
    )


Traces = Mapping[str, Mapping[str, Trace]]

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}{% raw %}[red]</style></title>"
    "\"'><svg onload=alert(3)>&lt;\x1b[31m\x00\u202e\u2066\ud800\udcff javascript:alert(4)"
)


def hostile_report(text: str = HOSTILE) -> Report:
    """A report with hostile text wherever a student's text can be."""
    hostile = check(
        title="The printed cost",
        expected=text,
        observed=text,
        message=text,
        hint=text,
        hints=(text, text, f"Code:\n\n    {text}\n"),
        facts={"label": text, "function": text, "returned": text, "line": text, "model": text},
        evidence=(0, 1, 2, 3, 4, 5),
    )
    exercises = tuple(
        exercise(
            hostile, check("x", "skipped", message=text), name=name, notices=(Notice(id="x", message=text, line=1),)
        )
        for name in COURSE.exercise_names
    )
    return report(*exercises, submission=text)


def hostile_traces(text: str = HOSTILE) -> Traces:
    """Traces with hostile text in sources, requests, answers, output, errors, names and values."""
    data = text.encode("utf-8", "surrogatepass")
    made: dict[str, dict[str, Trace]] = {}
    for name in COURSE.exercise_names:
        run = TraceBuilder(name, "varied", source=text, files={f"{text}.py": text})
        run.message(text=text, content=text, model=text, system=text).count(content=text, **{"x-" + text: text})
        run.stream((text, "abc" * 60, text), shown=False, content=text, stop_reason=text).refused(
            message=text, kind=text
        )
        run.request(path=text, method=text, body=[text]).prints(data).complains(data).exits(1)
        calls = TraceBuilder(name, "functions", source=text).names(raised=text, MODEL=text)
        calls.returns("call_cost", (1, 2), text).returns(text, (text,), {"type": "raised", "value": text, "line": None})
        made[name] = {"varied": run.trace, "functions": calls.exits().trace}
    return made
