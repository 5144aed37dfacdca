"""The course's files: read into types, and a mistake in one told with file, line and field."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from grader.course import Course
from grader.documents import DocumentError
from tests.batch import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped course's files."""
    shutil.copytree(ROOT / "course", tmp_path / "course", ignore=shutil.ignore_patterns("mistakes"))
    return tmp_path / "course"


def change(path: Path, old: str, new: str) -> None:
    """Replace one text of a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(path: Path, text: str) -> int:
    """The line on which a text stands."""
    return path.read_text(encoding="utf-8").split(text)[0].count("\n") + 1


def test_the_lesson_s_call_costs_what_the_lesson_says() -> None:
    """21 tokens in and 77 out on the smallest model: $0.000406, exactly."""
    prices = Course(ROOT / "course").prices
    price = prices.of("claude-haiku-4-5")
    assert price is not None
    assert price.cost(21, 77) == Decimal("0.000406")


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("claude-haiku-4-5", "claude-haiku-4-5"),
        ("claude-haiku-4-5-20251001", "claude-haiku-4-5"),
        (" claude-opus-4-8 ", "claude-opus-4-8"),
        ("claude-haiku-4", None),
        ("claude-haiku-4-5-2025", None),
        (None, None),
        (["claude-haiku-4-5"], None),
    ],
)
def test_a_dated_name_has_the_price_of_the_name_and_nothing_is_guessed(model: object, name: str | None) -> None:
    """Only priced names and their dated forms have a price."""
    prices = Course(ROOT / "course").prices
    assert prices.name_of(model) == name
    assert (prices.of(model) is None) == (name is None)


def test_the_shipped_course_reads() -> None:
    """Ten points an exercise, as the contract's tables say."""
    course = Course(ROOT / "course")
    assert [course.exercise(name).max_score for name in course.exercise_names] == [10, 10, 10]
    assert course.title and course.default_model and course.context_window_tokens == 200_000
    assert "prices-swapped" in course.misconceptions
    assert course.fixtures == ROOT / "fixtures"
    second = course.exercise("exercise2")
    assert second.check("denser").name == "denser"
    assert second.scenarios_of(second.check("denser")) == ("recorded", "varied")
    assert second.scenarios_of(second.check("stops_when_too_long")) == ("too_long",)
    with pytest.raises(KeyError):
        second.check("no_such_check")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("course.yaml", 'input_usd: "1.00"', 'input_usd: "free"', "prices.models.claude-haiku-4-5.input_usd"),
        ("course.yaml", "default_model: claude-haiku-4-5", "default_model: claude-3", "has no price"),
        ("course.yaml", "exercises:", "exercices:", "exercises: Field required"),
    ],
)
def test_a_mistake_in_the_course_is_told_with_its_field(folder: Path, file: str, old: str, new: str, said: str) -> None:
    """File, field, and what was expected, in one line."""
    change(folder / file, old, new)
    with pytest.raises(DocumentError, match=said) as told:
        Course(folder)
    assert str(folder / file) in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("check: program.runs", "chekc: program.runs", "checks.0.check"),
        ("name: calls_api", "name: runs", "two checks have one name"),
        ("points: 2", "points: many", "points"),
        ("    needs: []", "    needs: [cost_printed]", "needs 'cost_printed', which is no earlier check"),
        ("    needs: []", "    scenarios: [other]", "unknown scenario 'other'"),
    ],
)
def test_a_mistake_in_an_exercise_is_told(folder: Path, old: str, new: str, said: str) -> None:
    """A misspelt field, a double name, a wrong kind, an obstacle that comes later, an unknown scenario."""
    change(folder / "exercise1" / "exercise.yaml", old, new)
    with pytest.raises(DocumentError, match=said):
        Course(folder).exercise("exercise1")


def test_the_line_of_a_mistake_is_told(folder: Path) -> None:
    """An editor can jump there."""
    path = folder / "exercise1" / "exercise.yaml"
    change(path, "points: 2", "points: many")
    with pytest.raises(DocumentError, match=f"exercise.yaml:{line_of(path, 'many')}: "):
        Course(folder).exercise("exercise1")


def test_an_empty_hint_is_refused(folder: Path) -> None:
    """Each check has three hints, and they say something."""
    path = folder / "exercise3" / "exercise.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index("hints:")
    end = text.index("  - name:", start)
    path.write_text(text[:start] + 'hints: ["a", " ", "c"]\n\n' + text[end:], encoding="utf-8")
    with pytest.raises(DocumentError, match="a hint is empty"):
        Course(folder).exercise("exercise3")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"title: [", "not YAML"),
        (b"\xff\xfe", "cannot be read as UTF-8"),
        (b"- a\n- b\n", "the file: "),
        (b"", "the file: "),
    ],
)
def test_a_file_that_is_no_course_is_one_line(folder: Path, content: bytes, said: str) -> None:
    """Torn YAML, another encoding, a list, nothing."""
    (folder / "course.yaml").write_bytes(content)
    with pytest.raises(DocumentError, match=said):
        Course(folder)


def test_a_missing_file_and_an_unlisted_exercise_are_told(folder: Path) -> None:
    """Each with its name."""
    with pytest.raises(DocumentError, match="exercise9"):
        Course(folder).exercise("exercise9")
    (folder / "exercise1" / "exercise.yaml").unlink()
    with pytest.raises(DocumentError, match="there is no such file"):
        Course(folder).exercise("exercise1")
