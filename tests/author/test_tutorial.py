"""The tutorial course/AUTHORING.md, followed to the letter."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.checks.verdict import Case
from tests.author.copies import ROOT, copy_of_course, grade_py

TUTORIAL = ROOT / "course" / "AUTHORING.md"
_BLOCK = re.compile(r"^```(\w+)(?: ([^\n]+))?\n(.*?)^```$", re.M | re.S)


def steps() -> Iterator[tuple[str, str]]:
    """The blocks of the page in order: ('sh', a command) or (a file's place, its content)."""
    for language, place, content in _BLOCK.findall(TUTORIAL.read_text(encoding="utf-8")):
        if language == "sh":
            yield from (("sh", line) for line in content.splitlines() if line.strip())
        elif place:
            yield place, content


def follow(folder: Path, place: str, content: str) -> None:
    """Do what one block says."""
    if place == "sh":
        command, _, remark = content.partition("#")
        wanted = int(remark.split()[-1]) if "exit status" in remark else 0
        python, program, *arguments = shlex.split(command)
        assert (python, program) == ("python", "grade.py")
        assert grade_py(folder, *arguments) == wanted, content
        return
    path = folder / place.removesuffix(" (append)")
    before = path.read_text(encoding="utf-8") if place.endswith(" (append)") else ""
    path.write_text(before + content, encoding="utf-8", newline="\n")


def test_the_tutorial_works_to_the_letter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every file is written and every command run in order; each ends as the page says."""
    folder = copy_of_course(tmp_path)
    done = list(steps())
    assert len(done) > 15
    for place, content in done:
        follow(folder, place, content)
    said = capsys.readouterr().out
    assert "The course holds." in said
    assert "no small change to a" in said  # the table breaks the line there


def test_what_the_tutorial_says_a_check_is_given_is_there() -> None:
    """The attributes of a case that the page names exist."""
    named = set(re.findall(r"`case\.(\w+)", TUTORIAL.read_text(encoding="utf-8")))
    assert named and named <= {*Case.__dataclass_fields__, *vars(Case)}
