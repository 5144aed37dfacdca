"""The student's edition: what is in it, what is not, the same bytes each time, and that it grades."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader.author.handout import FOLDER
from tests.author.copies import ROOT, copy_of_course, grade_py


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The student's edition, packed."""
    out = tmp_path_factory.mktemp("handout") / "students.zip"
    assert grade_py(ROOT, "handout", str(out)) == 0
    return out


def test_solutions_and_mistakes_are_not_in_it(packed: Path) -> None:
    """No file of the instructor's, by name or by content."""
    with zipfile.ZipFile(packed) as file:
        names = [name.removeprefix(f"{FOLDER}/") for name in file.namelist()]
        contents = b"\n".join(file.read(name) for name in file.namelist() if "/grader/" not in name)
    assert "starter/exercise1.py" in names and "fixtures/bank.yaml" in names and "README.md" in names
    assert not [
        n
        for n in names
        if re.search(r"solution|mistakes/|equivalents|INSTRUCTORS|AUTHORING|submissions", n)
        and not n.startswith("grader/")
    ]
    for name in ("exercise1", "exercise2", "exercise3"):
        solution = (ROOT / "course" / name / "solution.py").read_bytes()
        assert solution[solution.index(b"def main") :] not in contents


def test_it_is_the_same_byte_for_byte(packed: Path, tmp_path: Path) -> None:
    """Packed twice, it is one file: no time, no owner, no order of the machine, no compressor's version is in it."""
    for name in ("one.zip", "other.zip"):
        assert grade_py(ROOT, "handout", str(tmp_path / name)) == 0
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "other.zip").read_bytes()
    with zipfile.ZipFile(packed) as file:
        assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.compress_type for info in file.infolist()} == {zipfile.ZIP_STORED}
        assert file.namelist() == sorted(file.namelist())


def test_it_works_by_the_commands_of_its_own_page(packed: Path, tmp_path: Path) -> None:
    """Unpacked, both commands of its README do what they say (the installation itself aside)."""
    with zipfile.ZipFile(packed) as file:
        file.extractall(tmp_path)
    folder = tmp_path / FOLDER
    page = (folder / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"\.venv/bin/python ((?:grade\.py|-m pytest)[^\n;&]*)", page)
    assert len(commands) == 2
    for command in commands:
        done = subprocess.run([sys.executable, *command.split()], cwd=folder, capture_output=True, text=True)
        assert done.returncode == (1 if "grade.py" in command else 0), done.stdout + done.stderr
    assert (folder / "reports" / "starter.html").is_file()


def test_a_starter_that_is_filled_in_is_not_given_to_students(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever has tried an exercise in this folder would hand the solution out."""
    folder = copy_of_course(tmp_path)
    shutil.copy(folder / "course" / "exercise2" / "solution.py", folder / "starter" / "exercise2.py")
    assert grade_py(folder, "handout", "students.zip") == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "starter/exercise2.py: passes runs," in said and "a starter must pass nothing" in said
    assert not (folder / "students.zip").exists()


def test_another_name_than_zip_is_told(tmp_path: Path) -> None:
    """It is a zip file, and is named like one."""
    assert grade_py(ROOT, "handout", str(tmp_path / "students.tar")) == 2
