"""Which file is offered for an exercise that is not there under its name, and which never is."""

from __future__ import annotations

import pytest

from grader.run.misnamed import misnamed

COURSE = ("exercise1", "exercise2", "exercise3")


def told(*names: str) -> list[str]:
    """What each exercise of the course is told."""
    return [misnamed(exercise, names, COURSE) for exercise in COURSE]


def test_the_file_of_another_exercise_is_never_offered() -> None:
    """Two right files beside a missing one keep their names."""
    assert misnamed("exercise2", ["exercise1.py", "exercise3.py"], COURSE) == ""
    assert misnamed("exercise2", ["exercise1.py"], COURSE) == ""  # not as the only file either
    assert misnamed("exercise1", ["exercise11.py"], COURSE) == ""


def test_each_exercise_is_told_the_file_with_its_number() -> None:
    """Three ways to miss the name: each is told its own."""
    one, two, three = told("Exercise1.py", "exercise_2.py", "exercise3 (1).py")
    assert one == "There is an Exercise1.py: the name must be exercise1.py, in the folder itself."
    assert two == "There is an exercise_2.py: the name must be exercise2.py, in the folder itself."
    assert three == "There is an exercise3 (1).py: the name must be exercise3.py, in the folder itself."


@pytest.mark.parametrize(
    "name",
    [
        "EXERCISE2.PY",
        "exercise 02.py",
        "exercise2.py.txt",
        "exercise2",
        "exercise2 - Copy.py",
        "home/work/exercise2.py",
    ],
)
def test_a_name_in_another_spelling_is_said_firmly(name: str) -> None:
    """Case, blanks, zeros, a copy's mark, a second ending and a folder make it no other file."""
    one, two, three = told(name)
    assert (one, three) == ("", "")
    assert name in two and "the name must be exercise2.py" in two


@pytest.mark.parametrize("name", ["excercise2.py", "ex2.py", "task-2.py", "week5_exercise2_final.py", "exercise2-1.py"])
def test_a_file_that_only_has_the_number_is_offered_with_an_if(name: str) -> None:
    """A typing error or another word is likely, not certain."""
    assert told(name) == ["", f"If {name} is meant to be it, name it exercise2.py, in the folder itself.", ""]


def test_a_notebook_keeps_its_kind() -> None:
    """A notebook becomes no program by its name."""
    assert misnamed("exercise2", ["Exercise2.ipynb"], COURSE).endswith("must be exercise2.ipynb, in the folder itself.")


def test_a_file_without_a_number_is_offered_where_it_is_the_only_one() -> None:
    """Alone, or alone in being nearly the name; a file that others import is not."""
    assert misnamed("exercise1", ["solution.py"], COURSE).startswith("If solution.py is meant to be it, ")
    assert "exercise.py" in misnamed("exercise2", ["exercise1.py", "exercise.py", "words.py"], COURSE)
    assert misnamed("exercise2", ["exercise1.py", "words.py"], COURSE) == ""
    assert misnamed("exercise2", ["LICENSE"], COURSE) == ""
    assert misnamed("exercise1", ["excercise.py", "exercise.py"], COURSE) == ""


def test_two_files_with_one_number_are_both_named() -> None:
    """Nobody but the student knows which is the right one."""
    said = misnamed("exercise3", ["exercise3 (1).py", "exercise3 (2).py"], COURSE)
    assert said == (
        "These may be meant: exercise3 (1).py, exercise3 (2).py. Name the right one exercise3.py, in the folder itself."
    )


def test_what_is_no_program_is_not_offered() -> None:
    """What a program printed, a table or a picture would not run under another name."""
    assert told("exercise2.txt", "exercise2.docx", "exercise2.csv", "README.md") == ["", "", ""]


def test_an_exercise_without_a_number_is_found_by_its_word() -> None:
    """A course may name its exercises as it likes."""
    names = ("budget", "budgets", "stream")
    assert "a Budget.py: the name must be budget.py" in misnamed("budget", ["Budget.py", "stream.py"], names)
    assert misnamed("budget", ["budgets.py", "stream.py"], names) == ""
