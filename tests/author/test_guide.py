"""The instructor's guide, used as its reader would: the commands that it shows, in their order."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.author.copies import ROOT, copy_of_course, grade_py

GUIDE = (ROOT / "course" / "INSTRUCTORS.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```$", re.M | re.S)
_ALONE = ("verify", "record")  # tried in tests of their own: a whole course, and money


def commands() -> list[list[str]]:
    """The command lines of the guide's blocks, without their remarks."""
    lines = [line.partition("#")[0].strip() for block in _BLOCK.findall(GUIDE) for line in block.splitlines()]
    return [shlex.split(line) for line in lines if line]


def test_its_commands_work_in_their_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From the student's edition to the appeal: each command does what the page says, with a class of one."""
    folder = copy_of_course(tmp_path)
    (folder / "hand-in" / "ann").mkdir(parents=True)
    mistake = folder / "course" / "exercise3" / "mistakes" / "not-flushed.py"
    shutil.copyfile(mistake, folder / "hand-in" / "ann" / "exercise3.py")
    meant = {"SUBMISSIONS": "hand-in", "SUBMISSIONS/NAME": "hand-in/ann", "OUT": "out", "FORMAT": "csv"}
    ran = []
    for python, program, *arguments in commands():
        if program != "grade.py" or arguments[0] in _ALONE:
            continue
        if "N" in arguments:
            meant["N"] = str(json.loads((folder / "out" / "results.jsonl").read_text(encoding="utf-8"))["seed"])
        status = grade_py(folder, *(meant.get(each, each) for each in arguments))
        assert (python, status) == ("python", 1 if arguments[0] == "exercise3" else 0), capsys.readouterr().err
        ran.append(arguments[0])
    assert ran == ["handout", "bulk", "export", "exercise3", "regrade", "regrade"]
    graded = json.loads((folder / "out" / "results.jsonl").read_text(encoding="utf-8"))
    again = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    outcomes = {c["name"]: c["outcome"] for e in graded["exercises"] if e["name"] == "exercise3" for c in e["checks"]}
    assert outcomes == {check["name"]: check["outcome"] for check in again["exercises"][0]["checks"]}
    events = (folder / "traces" / "exercise3-recorded.jsonl").read_text(encoding="utf-8").splitlines()
    (failed,) = (check for check in again["exercises"][0]["checks"] if check["outcome"] == "failed")
    numbers = [json.loads(line).get("seq") for line in events]
    assert failed["evidence"] and set(failed["evidence"]) <= set(numbers)
    assert (folder / "out" / "reports" / "ann.html").is_file()


def test_the_exam_machines_get_what_the_installation_needs() -> None:
    """What builds the package is downloaded with it: without a network pip could not fetch it."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (wanted,) = re.findall(r"^requires = (\[.*\])$", project, re.M)
    (download,) = (line for line in commands() if "download" in line)
    assert set(json.loads(wanted)) <= set(download)


def test_every_option_that_it_names_exists(capsys: pytest.CaptureFixture[str]) -> None:
    """In the text, too: no option is only a promise."""
    known = ""
    for command in ("bulk", "export", "regrade", "record", "serve", "verify", "handout", "exercise1"):
        with pytest.raises(SystemExit):
            grade_py(ROOT, command, "--help")
        known += capsys.readouterr().out
    of_others = {"--no-index", "--find-links"}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", GUIDE)) - of_others <= set(re.findall(r"--[a-z][a-z-]+", known))
