"""The command that repeats a run can be pasted where the student is."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from grader.render.again import Again, here
from grader.render.page import render_page
from tests.render.samples import COURSE, check, exercise, report


@pytest.mark.skipif(sys.platform == "win32", reason="quotes of a POSIX shell")
def test_a_folder_is_given_from_where_the_student_is_and_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path and not only a name; spaces and signs of the shell do no harm."""
    (tmp_path / "course").mkdir()
    monkeypatch.chdir(tmp_path / "course")
    command = here(tmp_path / "my work; al").command(report(), "exercise1")
    assert shlex.split(command) == ["grade", "exercise1", "--submission", "../my work; al", "--seed", "4711"]


def test_the_program_is_the_one_that_lies_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With grade.py in the folder it is that; the usual folder needs no word."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "grade.py").touch()
    assert here(None).command(report(), "exercise2") == "python grade.py exercise2 --seed 4711"


def test_the_page_says_how_to_call_the_grader() -> None:
    """Both commands of a failed check."""
    page = render_page(report(exercise(check())), {}, COURSE, Again("grade", "../al"))
    assert "grade exercise1 --submission ../al --seed 4711" in page
    assert "<code>grade explain prices-swapped</code>" in page
