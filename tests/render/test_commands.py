"""The commands that show: explain, render, and watch."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest
from rich.console import Console

from grader import report as report_file
from grader import trace as trace_file
from grader.cli import main
from grader.commands.watch import Watch
from grader.grading import Graded
from grader.render.terminal import changes_view
from grader.report import Report
from grader.run.submission import Submission
from tests.render.samples import COURSE, check, exercise, report, streamed


@pytest.mark.parametrize("name", COURSE.misconceptions)
def test_every_mistake_is_explained_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The title, the wrong lines, the right lines, and numbers."""
    assert main(["explain", name]) == 0
    out = " ".join(capsys.readouterr().out.split())
    mistake = COURSE.misconceptions[name]
    for text in (name, mistake.title, "with the mistake", "without it", mistake.example.worked):
        assert " ".join(text.split()) in out


def test_an_unknown_mistake_is_one_line_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    """Misuse has status 2."""
    assert main(["explain", "price-swap"]) == 2
    assert capsys.readouterr().err == "No mistake is called 'price-swap'. The nearest is prices-swapped.\n"


def test_a_page_is_rendered_again_from_its_report_and_traces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same page, byte for byte, wherever the command is run; that it takes the place of another is said."""
    from grader.render.again import ANYWHERE
    from grader.render.page import render_page

    trace = streamed(progressive=False)
    (tmp_path / "kept.jsonl").write_text(trace_file.dump(trace), encoding="utf-8")
    made = report(replace(exercise(check(), name="exercise3"), traces={"recorded": "kept.jsonl"}))
    (tmp_path / "alice.json").write_text(report_file.dump(made), encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert main(["render", "../alice.json", "--report", "page.html"]) == 0
    assert capsys.readouterr().out == "Report: page.html\n"
    assert main(["render", "../alice.json", "--report", "page.html"]) == 0
    assert capsys.readouterr().out == "Report, in place of the one that was there: page.html\n"
    page = Path("page.html").read_text(encoding="utf-8")
    assert page == render_page(made, {"exercise3": {"recorded": trace}}, COURSE, ANYWHERE)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no json", "This is not JSON."),
        (json.dumps({"schema": "grade/report/9"}), "This is no grade/report/1 report."),
    ],
)
def test_what_is_no_report_is_said_in_one_line(
    text: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Misuse has status 2 and no traceback."""
    (tmp_path / "x.json").write_text(text)
    assert main(["render", str(tmp_path / "x.json")]) == 2
    assert words in capsys.readouterr().err


def test_a_report_that_is_not_there_is_said_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The name and the reason, without a number."""
    assert main(["render", str(tmp_path / "none.json")]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "none.json: No such file" in said and "Errno" not in said


def test_a_missing_trace_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The report says which file it wants."""
    made = report(replace(exercise(check()), traces={"recorded": "gone.jsonl"}))
    (tmp_path / "x.json").write_text(report_file.dump(made))
    assert main(["render", str(tmp_path / "x.json")]) == 2
    assert "gone.jsonl" in capsys.readouterr().err


# ---------------------------------------------------------------- watch


def test_a_check_that_still_fails_shows_both_observations_whole() -> None:
    """Short ones stand on the line; longer ones on lines of their own, with nothing left out of them."""
    long = "call_cost(21, 77) raised NotImplementedError: TODO 1: return the cost of a call in dollars"
    for was, now in (("$1", "$2"), (long, "call_cost(21, 77) = 0.000182")):
        before, after = (report(exercise(replace(check(), observed=seen))) for seen in (was, now))
        console = Console(width=120)
        with console.capture() as captured:
            console.print(changes_view(before, after))
        said = captured.get()
        assert was in said and now in said and "left out" not in said
        assert ("$1 before, $2 now" in said) is (was == "$1")


@dataclass
class Shown:
    """What was shown: the score, the score before, and the hint level."""

    now: float
    before: float | None
    hint_level: int


class Evening:
    """A watch over a folder that a test writes to."""

    def __init__(self) -> None:
        self.source = b"0"
        self.runs = 0
        self.shown: list[Shown] = []
        self.said: list[str] = []

    def read(self) -> Submission:
        """The submission as it is now."""
        return Submission("alice", {"exercise1.py": self.source})

    async def grade(self, submission: Submission) -> Graded:
        """A score that is the text of the file."""
        self.runs += 1
        made: Report = replace(report(), score=float(submission.files["exercise1.py"]))
        return Graded(made)

    def show(self, now: Graded, before: Graded | None, hint_level: int) -> int:
        """Note what a student would see."""
        self.shown.append(Shown(now.report.score, None if before is None else before.report.score, hint_level))
        return 0 if now.report.score else 1

    def spend(self, words: Iterable[str | bytes]) -> int:
        """Press keys (text) and save files (bytes, followed by the watcher's word)."""

        async def happening() -> AsyncIterator[str]:
            for word in words:
                if isinstance(word, bytes):
                    self.source = word
                yield "saved" if isinstance(word, bytes) else word

        def say(*things: object, **_: Any) -> None:
            self.said.extend(str(thing) for thing in things)

        watch = Watch(Path("alice"), self.read, self.grade, self.show, cast(Any, say))
        return asyncio.run(watch.run(happening()))


def test_a_save_grades_again_and_shows_the_run_before() -> None:
    """What changed since the last run can be said."""
    evening = Evening()
    assert evening.spend([b"7", "q"]) == 0
    assert evening.shown == [Shown(0.0, None, 0), Shown(7.0, 0.0, 0)]


def test_a_save_that_changes_nothing_grades_nothing() -> None:
    """A page written into the folder, or the same text saved again, costs no run; `r` does."""
    evening = Evening()
    evening.spend([b"0", b"0", "r", "q"])
    assert evening.runs == 2


def test_h_shows_more_hints_without_a_run() -> None:
    """The level grows to the last and stays there."""
    evening = Evening()
    evening.spend(["h", "h", "h", "q"])
    assert [each.hint_level for each in evening.shown] == [0, 1, 2, 2]
    assert evening.runs == 1


def test_q_ends_with_the_last_status_and_other_keys_do_nothing() -> None:
    """What comes after q is not looked at."""
    evening = Evening()
    assert evening.spend(["x", "q", b"5"]) == 1
    assert evening.runs == 1
