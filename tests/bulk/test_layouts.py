"""Whose a file is, by the names that platforms give."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.bulk.arrangement import arranged
from grader.bulk.intake import Found, IntakeError, intake, take_in
from grader.bulk.layouts import canvas, moodle
from grader.identity import files_of, identity_of
from grader.run.submission import SubmissionError
from tests.bulk.exports import CANVAS, GITHUB, GRADESCOPE, MOODLE, PASS, pack, write
from tests.bulk.test_archives import zipped


def by_id(root: Path, layout: str = "auto") -> dict[str, Found]:
    """The submissions by the platform's number (or name) of their people."""
    found = {}
    for each in intake(root, layout):
        for person in identity_of(each.mapping, each.student).people:
            found[person.id or each.student] = each
    return found


@pytest.mark.parametrize(
    ("files", "layout"),
    [(CANVAS, "canvas"), (MOODLE, "moodle"), (GRADESCOPE, "gradescope"), ({"ann/exercise1.py": PASS}, "folders")],
)
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("around", ["", "hw1/"])
def test_a_layout_is_recognised(
    files: dict[str, bytes], layout: str, packed: bool, around: str, tmp_path: Path
) -> None:
    """Folder or zip, with a folder around everything or without: the layout is named, and why."""
    if packed:
        root = pack(tmp_path / "export.zip", {around + name: content for name, content in files.items()})
    else:
        root = write(tmp_path / "in", files)
    taken = take_in(root)
    assert taken.recognised.layout == layout and taken.recognised.why
    graded = [found for found in taken.found if not found.problem]
    assert graded and all(any("exercise1" in name for name in found.read().files) for found in graded)


def test_clones_are_recognised(tmp_path: Path) -> None:
    """The folder's name gives the assignment, and the repositories' names without it the students."""
    taken = take_in(write(tmp_path / "tokens-submissions", GITHUB))
    assert taken.recognised.layout == "github"
    assert [found.student for found in taken.found] == ["mona-lisa", "octocat"]
    assert all(not name.startswith(".git") for found in taken.found for name in found.read().files)


def test_two_layouts_at_once_are_refused_with_both(tmp_path: Path) -> None:
    """Nothing is guessed between two platforms."""
    with pytest.raises(IntakeError, match=r"moodle.*canvas.*--layout"):
        take_in(write(tmp_path, CANVAS | MOODLE))


def test_canvas_students_are_told_apart_by_number(tmp_path: Path) -> None:
    """Two students of one name are two submissions, each with its own file."""
    found = by_id(write(tmp_path, CANVAS))
    assert found["101"].read().files != found["102"].read().files
    assert found["101"].name == "doejane_101" and found["102"].name == "doejane_102"
    assert found["104"].student == "陳大文"


def test_the_last_attempt_counts_in_canvas(tmp_path: Path) -> None:
    """`exercise1-2.py` is the third attempt at exercise1.py; helpers get their names back, and late stays late."""
    found = by_id(write(tmp_path, CANVAS))["103"]
    assert found.late and found.read().files["exercise1.py"] == b"print(3)\n"
    assert "helper.py" in found.read().files
    assert files_of(found.mapping) == {"exercise1": "obriensean_LATE_103_9005_exercise1-2.py"}
    assert not by_id(tmp_path)["101"].late


def test_a_files_own_dash_number_keeps_working(tmp_path: Path) -> None:
    """A student's `part-1.txt` is there under its own name, too."""
    write(tmp_path, {"ann_1_2_part-1.txt": b"1", "ann_1_3_part-2.txt": b"2", "ann_1_4_exercise1.py": PASS})
    files = by_id(tmp_path)["1"].read().files
    assert files["part-1.txt"] == b"1" and files["part-2.txt"] == b"2"


def test_canvas_names_with_numbers_inside_are_cut_at_the_first(tmp_path: Path) -> None:
    """The student's own file name may look like Canvas' signs."""
    found = by_id(write(tmp_path, CANVAS))["107"]
    assert list(found.read().files) == ["exercise1_99_98_x.py"]


def test_canvas_anonymous_and_typed_entries_have_rows(tmp_path: Path) -> None:
    """Nobody is left out: an anonymous student, and one who typed the answer."""
    found = by_id(write(tmp_path, CANVAS))
    assert found["aB3xY"].late and "exercise1.py" in found["aB3xY"].read().files
    assert "text typed into Canvas" in found["106"].problem


def test_one_number_with_two_names_is_refused(tmp_path: Path) -> None:
    """Two students with one number are never merged."""
    write(tmp_path, {"ann_1_2_exercise1.py": PASS, "bob_1_3_exercise2.py": PASS})
    (found,) = intake(tmp_path)
    assert "ann, bob" in found.problem


def test_the_same_file_twice_is_refused_with_both(tmp_path: Path) -> None:
    """Two files with one name and one attempt: neither is taken."""
    write(tmp_path, {"ann_1_2_exercise1.py": b"1", "ann_1_3_exercise1.py": b"2"})
    submission = by_id(tmp_path)["1"].read()
    assert "exercise1.py" not in submission.files
    assert "ann_1_2_exercise1.py, ann_1_3_exercise1.py" in submission.rejected["exercise1.py"]


def test_moodle_participants_are_told_apart_by_number(tmp_path: Path) -> None:
    """Folders old and new, flat files, names of all scripts; `_` stands for a blank."""
    found = by_id(write(tmp_path, MOODLE))
    assert {number: each.student for number, each in found.items()} == {
        "2001": "Jürgen Müller", "2002": "Jane Doe", "2003": "Jane Doe", "2004": "Seán O'Brien", "2005": "田中 花子",
        "2006": "Doe  Kim",
    }  # fmt: skip
    assert "text typed into Moodle" in found["2004"].problem
    assert all("exercise1.py" in each.read().files for number, each in found.items() if number != "2004")


def test_one_folder_deeper_moves_up_with_what_is_beside(tmp_path: Path) -> None:
    """`hw/exercise1.py` is taken, its helper comes along, and the mapping says so."""
    found = by_id(write(tmp_path, MOODLE))["2002"]
    assert found.read().files == {"exercise1.py": b"import helper\n", "helper.py": b"x = 1\n"}
    assert files_of(found.mapping)["exercise1"].endswith("_file/hw/exercise1.py")


def test_gradescope_groups_and_times(tmp_path: Path) -> None:
    """Several submitters are one submission of several people, with the platform's own time."""
    found = {each.name: each for each in intake(write(tmp_path, GRADESCOPE))}
    group = identity_of(found["Jane_Doe_301"].mapping, "")
    assert [(p.name, p.id, p.email) for p in group.people] == [
        ("Jane Doe", "4001", "jane@example.org"), ("Åsa Öberg", "4002", "asa@example.org"),
    ]  # fmt: skip
    alone = identity_of(found["田中_花子_302"].mapping, "")
    assert alone.people[0].email == "" and alone.submitted_at and alone.submitted_at.utcoffset() == timedelta(hours=1)
    assert group.submitted_at is not None
    problems = {each.student: each.problem for each in found.values() if each.problem}
    assert set(problems) == {"O'Brien, Seán", "submission_304"}


def test_an_archive_a_student_is_taken(tmp_path: Path) -> None:
    """`ann.zip` is ann's; a folder of the same name beside it is refused with both."""
    (tmp_path / "ann.zip").write_bytes(zipped(("hw1/exercise1.py", PASS), ("hw1/data.txt", b"1")))
    (found,) = intake(tmp_path)
    assert found.student == "ann" and set(found.read().files) == {"exercise1.py", "data.txt"}
    assert files_of(found.mapping) == {"exercise1": "ann.zip/hw1/exercise1.py"}
    write(tmp_path, {"ann/exercise1.py": PASS})
    (found,) = intake(tmp_path)
    assert "ann and ann.zip" in found.problem


def test_an_archive_handed_in_through_a_platform_is_unpacked(tmp_path: Path) -> None:
    """A zip within the platform's own zip is the student's folder; beside a program it is refused."""
    inner = zipped(("exercise1.py", PASS))
    root = pack(tmp_path / "c.zip", {"ann_1_2_hw.zip": inner, "bob_2_3_hw.zip": inner, "bob_2_4_exercise1.py": PASS})
    found = by_id(root)
    assert found["1"].read().files == {"exercise1.py": PASS}
    with pytest.raises(SubmissionError, match=r"hw\.zip.*exercise1\.py"):
        found["2"].read()


def test_an_exercise_in_two_folders_is_refused_with_both() -> None:
    """Nothing is guessed between `a/` and `b/`; what lies in the folder itself goes before either."""
    twice = arranged(["a/exercise1.py", "b/exercise1.py", "c/exercise2.py"])
    assert "a/exercise1.py, b/exercise1.py" in twice.refused["exercise1.py"]
    assert dict(twice.taken) == {"exercise2": "c/exercise2.py"}
    assert arranged(["exercise1.py", "old/exercise1.py"]).taken == {"exercise1": "exercise1.py"}


def test_folders_that_would_mix_are_refused() -> None:
    """Two helpers of one name cannot both move up."""
    mixed = arranged(["a/exercise1.py", "a/helper.py", "b/exercise2.py", "b/helper.py"])
    assert "would be one file" in " ".join(mixed.refused.values())


def test_notebooks_are_mapped(tmp_path: Path) -> None:
    """A notebook is taken for its program, and the mapping names the notebook."""
    found = by_id(write(tmp_path, CANVAS))["105"]
    assert files_of(found.mapping)["exercise1"].endswith("exercise1.ipynb")
    assert b"x = 1" in found.read().files["exercise1.py"]


def test_an_unknown_layout_is_named(tmp_path: Path) -> None:
    """A wrong word is answered with the right ones."""
    with pytest.raises(IntakeError, match="Choose auto or folders, canvas, moodle, gradescope, github"):
        take_in(tmp_path, "blackboard")


@settings(max_examples=80, deadline=None)
@given(
    name=st.text(alphabet=st.characters(blacklist_categories=("Cs",), blacklist_characters="/\0"), max_size=20),
    user=st.integers(1, 10**9),
    late=st.booleans(),
)
def test_any_name_leads_to_its_number(name: str, user: int, late: bool) -> None:
    """Whatever the name is, the numbers after it are found, in Canvas' form and in Moodle's."""

    class Names:
        where = label = "x"
        folders: list[str] = []  # noqa: RUF012
        clones: set[str] = set()  # noqa: RUF012

        def __init__(self, *names: str) -> None:
            self.names = list(names)

        def read(self, name: str, limit_bytes: int) -> bytes:
            return b""

    plain = name.replace("_", "").lower()  # as Canvas makes it
    (handed,) = canvas.canvas(Names(f"{plain}{'_LATE' * late}_{user}_77_exercise1.py"))
    assert handed.identity and handed.identity.people[0].id == str(user) and handed.late is late
    if name.strip("_ ").strip():
        (handed,) = moodle.moodle(Names(f"{name}_{user}_assignsubmission_file/exercise1.py"))
        assert handed.identity and handed.identity.people[0].id == str(user)
        assert list(handed.files) == ["exercise1.py"]
