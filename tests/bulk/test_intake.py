"""What a folder of submissions is taken for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.bulk.intake import Found, IntakeError, intake, named, safe_name
from tests.bulk.handed_in import RIGHT, hand_in


def test_every_folder_is_a_submission_in_the_order_of_names(tmp_path: Path) -> None:
    """Folders are students; the order is that of their names, whatever the disk says."""
    hand_in(tmp_path, {"zoe": RIGHT, "adam": RIGHT, "mia": RIGHT})
    assert [found.name for found in intake(tmp_path)] == ["adam", "mia", "zoe"]


def test_what_systems_leave_about_is_no_submission(tmp_path: Path) -> None:
    """Folders of version control, of macOS and of virtual environments are nobody's."""
    hand_in(tmp_path, dict.fromkeys(("__MACOSX", ".git", "venv", "ann"), RIGHT))
    (tmp_path / ".DS_Store").write_bytes(b"")
    assert [found.name for found in intake(tmp_path)] == ["ann"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_is_named_and_not_followed(tmp_path: Path) -> None:
    """A student's folder that is a link gets a row that says so."""
    hand_in(tmp_path / "elsewhere", {"secret": RIGHT})
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "mallory").symlink_to(tmp_path / "elsewhere" / "secret")
    (found,) = intake(tmp_path / "in")
    assert found.name == "mallory" and "link" in found.problem


def test_an_archive_is_named(tmp_path: Path) -> None:
    """An archive gets a row that says what to do with it."""
    (tmp_path / "ann.zip").write_bytes(b"PK")
    (found,) = intake(tmp_path)
    assert "archive" in found.problem


def test_one_submission_is_not_taken_for_a_class(tmp_path: Path) -> None:
    """A folder that holds the exercises itself is refused with the next step."""
    (tmp_path / "exercise1.py").write_text(RIGHT)
    with pytest.raises(IntakeError, match="Name the folder above it"):
        intake(tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A wrong path is one line."""
    with pytest.raises(IntakeError, match="no such folder"):
        intake(tmp_path / "nothing")


def test_names_that_look_alike_are_told_apart() -> None:
    """Two students whose names differ in case alone are never merged."""
    one, other, third = named([Found("Ann"), Found("ann"), Found("ANN")])
    assert len({each.name.casefold() for each in (one, other, third)}) == 3
    assert one.name == "Ann"


def test_one_name_twice_is_two_submissions() -> None:
    """A platform that exports a name twice loses nobody."""
    assert len({each.name for each in named([Found("ann"), Found("ann"), Found("ann")])}) == 3


@pytest.mark.parametrize("hostile", ["../../etc", "a\nb", "-rf", "con", "a\x1b[31m", "..", "x" * 300, "<b>", "a/b", ""])
def test_names_are_safe_in_files_and_links(hostile: str) -> None:
    """Whatever a folder is called, its rows and pages have a harmless name."""
    name = safe_name(hostile)
    assert name and not set(name) & set('/\\\n\x1b<>"&:') and not name.startswith(("-", "."))
    assert name != "con" and len(name) < 100


def test_an_ordinary_name_stays() -> None:
    """Letters of all alphabets, digits and the signs of addresses are kept."""
    for name in ("ann", "Zoë", "müller_42", "a.b@example.org", "陳大文"):
        assert safe_name(name) == name
    assert safe_name("Ann Lee") == "Ann_Lee"


def test_single_files_make_a_submission(tmp_path: Path) -> None:
    """A layout may gather a student's files from anywhere, under their own names."""
    (tmp_path / "ann_12_34_exercise1-1.py").write_text(RIGHT)
    found = Found("ann", "ann", files={"exercise1.py": tmp_path / "ann_12_34_exercise1-1.py"})
    assert found.read().files == {"exercise1.py": RIGHT.encode()}
