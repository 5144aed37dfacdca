"""The command line as its user meets it: exit statuses, one-line complaints, JSON alone on standard output."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from grader.cli import main
from tests.batch import ROOT


def grade(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `python grade.py` as a student would."""
    return subprocess.run(
        [sys.executable, str(ROOT / "grade.py"), *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture
def solved(tmp_path: Path) -> Path:
    """A folder with exercise 1 solved."""
    (tmp_path / "exercise1.py").write_bytes((ROOT / "course" / "exercise1" / "solution.py").read_bytes())
    return tmp_path


def test_a_solution_exits_with_0_and_json_is_all_there_is(solved: Path) -> None:
    """`--json -` prints the report and nothing else."""
    done = grade("exercise1", "--submission", str(solved), "--json", "-", "--no-report", "--seed", "5")
    report = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert (report["seed"], report["score"], report["max_score"]) == (5, 10.0, 10.0)


def test_the_starter_exits_with_1_and_the_next_step_comes_first(tmp_path: Path) -> None:
    """Verdict, next step, then a line a check; the page is written where it was asked for."""
    page = tmp_path / "page.html"
    done = grade("exercise1", "--report", str(page), "--traces", str(tmp_path / "traces"))
    assert done.returncode == 1
    assert "0/10" in done.stdout.splitlines()[0]
    assert done.stdout.index("TODO") < done.stdout.index("calls_api")
    assert all(
        len(line) <= 80 for line in done.stdout.splitlines() if not line.startswith("Report on exercise1 alone:")
    )
    assert page.is_file()
    assert {p.name for p in (tmp_path / "traces").iterdir()} == {
        "exercise1-recorded.jsonl",
        "exercise1-varied.jsonl",
        "exercise1-functions.jsonl",
    }


def test_a_missing_exercise_is_said_and_the_others_are_graded(solved: Path) -> None:
    """One file is there, two are not."""
    done = grade("all", "--submission", str(solved), "--json", "-", "--no-report")
    exercises = json.loads(done.stdout)["exercises"]
    assert (done.returncode, [e["outcome"] for e in exercises]) == (1, ["graded", "missing", "missing"])
    assert exercises[1]["fault"] == "There is no exercise2.py in the submission."  # and no advice to rename another


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["exercise4"], "No exercise 'exercise4'. Choose exercise1, exercise2 or exercise3"),
        (["exercise1", "--seed", "x"], "'x' is no whole number"),
        (["exercise1", "--submission", "no/such/folder"], "no such folder"),
        (["--nonsense"], "nrecognized arguments: --nonsense. See python grade.py --help."),
        (["bulk", "in", "--out", "out", "--jobs", "0"], "See python grade.py bulk --help."),
        (["regrade"], "See python grade.py regrade --help."),
        (["exercise1", "--course", "no/such/course"], "there is no such file"),
    ],
)
def test_misuse_is_one_line_and_exit_status_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback, nothing on standard output."""
    assert main(arguments) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert said in error
    assert error.count("\n") == 1


def test_missing_packages_are_one_line_with_what_to_run(tmp_path: Path) -> None:
    """A Python without the packages is told the command, not an import error."""
    done = subprocess.run(
        [sys.executable, "-S", str(ROOT / "grade.py"), "exercise1"],  # -S: no site-packages
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
    )
    assert done.returncode == 2
    assert "A package is missing" in done.stderr
    assert "pip install" in done.stderr
    assert done.stderr.count("\n") == 1


def test_nobody_is_sent_to_a_strangers_package() -> None:
    """What is to be installed is the folder of this project; a name alone is whoever's package has it on the index."""
    told = [ROOT / "README.md", *(ROOT / "course").rglob("*.md"), *(ROOT / "grader").rglob("*.py")]
    wrong = re.compile(r"""pip install (?:-\S+ )*['"]?grader\b""")
    assert [path.name for path in told if wrong.search(path.read_text(encoding="utf-8"))] == []


def test_the_next_step_is_about_the_folder_that_was_graded(solved: Path) -> None:
    """Both the file to open and the command to run are those of this submission, as they are found from here."""
    folder = solved / "work of mine"
    folder.mkdir()
    (folder / "exercise2.py").write_bytes((ROOT / "starter" / "exercise2.py").read_bytes())
    (solved / "exercise1.py").rename(folder / "exercise1.py")
    where, then = grade("--submission", str(folder), cwd=solved).stdout.rstrip().splitlines()[-2:]
    assert where == "Next: open work of mine/exercise2.py, then run"
    assert shlex.split(then) == ["grade", "exercise2", "--submission", "work of mine"]
    (folder / "exercise2.py").unlink()
    assert "Next: put exercise2.py into work of mine, then run" in grade("--submission", str(folder), cwd=solved).stdout


def test_what_is_to_be_copied_stays_on_one_line(tmp_path: Path) -> None:
    """However long the path of a submission is, commands and paths are whole in a window of 80 columns."""
    folder = tmp_path / ("a" * 70) / "my work"
    folder.mkdir(parents=True)
    (folder / "exercise1.py").write_bytes((ROOT / "starter" / "exercise1.py").read_bytes())
    page = tmp_path / ("b c " * 30 + ".html")
    lines = grade("exercise1", "--submission", str(folder), "--report", str(page), cwd=tmp_path).stdout.splitlines()
    (more,) = [line for line in lines if "More help: " in line]
    path = f"{'a' * 70}/my work"
    assert shlex.split(more.partition(": ")[2]) == ["grade", "exercise1", "--submission", path, "--hint"]
    assert f"Report on exercise1 alone: {page}" in lines


def test_a_bare_call_lists_the_exercises_and_the_next_step() -> None:
    """How far the starter is in each, and where to begin."""
    done = grade()
    assert [name in done.stdout for name in ("exercise1", "exercise2", "exercise3")] == [True] * 3
    assert "starter/exercise1.py" in done.stdout
