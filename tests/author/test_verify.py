"""The course checks itself: what holds in the shipped course, and that each rule catches what it is there for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

from grader.author import recordings
from grader.author.findings import Outcome
from grader.author.programs import header_of
from grader.author.secrets import found_in, without
from grader.author.verify import of_files, verify
from grader.checks.verdict import passed
from grader.checks.vocabulary import VOCABULARY, UnknownCheck, check_of
from grader.course import Course
from tests.author.copies import copy_of_course, grade_py, replace_in

PLANTED = "sk-ant-api03-" + "planted" * 4


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the course in which only exercise 1 is left, with few mistakes, so that it is checked in a moment."""
    folder = copy_of_course(tmp_path)
    for other in ("exercise2", "exercise3"):
        (folder / "starter" / f"{other}.py").unlink()
        (folder / "fixtures" / f"{other}.yaml").unlink()
        for path in sorted((folder / "course" / other).rglob("*"), reverse=True):
            path.unlink() if path.is_file() else path.rmdir()
        (folder / "course" / other).rmdir()
        replace_in(folder / "course" / "course.yaml", f"  - {other}\n", "")
    kept = {"crash-after-output", "main-never-called", "counted-by-hand", "prices-swapped-in-print"}
    kept |= {"function-missing", "runs-inverted", "rounded-away", "runs-from-rounded", "wrong-signature"}
    for mistake in (folder / "course" / "exercise1" / "mistakes").glob("*.py"):
        if mistake.stem not in kept:
            mistake.unlink()
    recordings.seal(Course(folder / "course"))
    return folder


def broken(folder: Path) -> dict[str, str]:
    """Verify a course and give what the rules that did not hold found, by rule."""
    return found_by(verify(Course(folder / "course")).outcomes)


def broken_files(folder: Path) -> dict[str, str]:
    """Verify what can be verified of a course without running a program."""
    return found_by(of_files(Course(folder / "course"))[1])


def found_by(outcomes: Iterable[Outcome]) -> dict[str, str]:
    """What the rules that did not hold found, by rule."""
    return {o.rule: "\n".join(f"{f.where} {f.said}" for f in o.findings) for o in outcomes if not o.holds}


def test_a_sound_course_holds(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every rule holds, the table names each, and the exit status says so."""
    assert grade_py(copy, "verify") == 0
    said = capsys.readouterr().out
    for rule in (
        "form",
        "files",
        "secrets",
        "prices",
        "points",
        "words",
        "fixtures",
        "starters",
        "solutions",
        "mistakes",
        "alone",
    ):
        assert f"✓  {rule}" in said
    assert "The course holds." in said


# ---------------------------------------------------------------- seeded faults


def test_a_hint_removed_is_caught(copy: Path) -> None:
    """A check with two hints is told with file and line."""
    path = copy / "course" / "exercise1" / "exercise.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index("      - >-\n        The answer that came back")
    path.write_text(text[:start] + text[text.index("      - >-", start + 8) :], encoding="utf-8")
    assert "exercise.yaml:" in broken_files(copy)["form"] and "hints" in broken_files(copy)["form"]


def test_a_hint_emptied_is_caught(copy: Path) -> None:
    """A hint of spaces is none."""
    path = copy / "course" / "exercise1" / "exercise.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index("The answer that came back")
    path.write_text(text[:start] + text[text.index("\n      - >-", start) :], encoding="utf-8")
    assert "hint" in broken_files(copy)["form"]


def test_a_hint_that_cannot_be_filled_in_is_caught(copy: Path) -> None:
    """A fact that no check gives is told, and so is a hint that is empty without its facts."""
    path = copy / "course" / "exercise1" / "exercise.yaml"
    replace_in(path, "The answer that came back holds", "The {{ no_such_fact }} that came back holds")
    assert "no_such_fact" in broken_files(copy)["words"]


@pytest.mark.parametrize("old, new", [('input_usd: "1.00"', 'input_usd: "1.10"'), ('"15.00"', '"16.00"')])
def test_a_price_changed_is_caught(copy: Path, old: str, new: str) -> None:
    """A price that differs from the pages is told, whether the solution uses that model or not."""
    replace_in(copy / "course" / "course.yaml", old, new)
    found = broken(copy)
    assert "lesson.md" in found["prices"]
    assert ("solutions" in found) == (old == 'input_usd: "1.00"')


def test_points_changed_are_caught(copy: Path) -> None:
    """A check that is worth more than the handout says is told with its line, and so is the sum."""
    path = copy / "course" / "exercise1" / "exercise.yaml"
    text = path.read_text(encoding="utf-8")
    at = text.index("points: 2")
    path.write_text(text[:at] + "points: 3" + text[at + 9 :], encoding="utf-8")
    said = broken_files(copy)["points"].splitlines()
    assert said == [
        "course/exercise1/handout.md:6 10 points in all here, 11 points in exercise.yaml.",
        "course/exercise1/handout.md:58 `reads_usage` has 2 points here, 3 points in exercise.yaml.",
    ]


def test_a_bonus_that_is_none_is_caught(copy: Path) -> None:
    """A bonus that the handout counts among the points is told, and the sum without it."""
    replace_in(copy / "course" / "exercise1" / "handout.md", "10 points.", "**8 points and 2 bonus points.**")
    replace_in(copy / "course" / "exercise1" / "handout.md", "| `cost_printed` | 2 |", "| `cost_printed` | bonus 2 |")
    said = broken_files(copy)["points"]
    assert "8 points and 2 bonus points in all here, 10 points in exercise.yaml." in said
    assert "`cost_printed` has 2 bonus points here, 2 points in exercise.yaml." in said


def test_a_list_of_checks_with_a_gap_or_a_stranger_is_caught(copy: Path) -> None:
    """A check renamed in the handout is two findings: one that nobody has, one that is not told."""
    replace_in(copy / "course" / "exercise1" / "handout.md", "| `cost_printed` | 2 |", "| `price_printed` | 2 |")
    said = broken_files(copy)["points"]
    assert "`price_printed` has 2 points here, and exercise.yaml has no such check." in said
    assert "handout.md:61 the list of checks ends without `cost_printed`: 2 points." in said


def test_a_handout_without_points_holds(copy: Path) -> None:
    """Nothing has to be said of points; a table without them is no list of them, and prices are none."""
    path = copy / "course" / "exercise1" / "handout.md"
    path.write_text("# Costs\n\n| `runs` | it ends |\n| `reads_usage` | 1.00 |\n", encoding="utf-8")
    assert "points" not in broken_files(copy)


def test_a_check_exchanged_for_a_looser_one_is_caught(copy: Path) -> None:
    """A mistake that should fail the check no longer does."""
    replace_in(copy / "course" / "exercise1" / "exercise.yaml", "check: cost.cost_printed", "check: program.calls_api")
    found = broken(copy)
    assert "prices-swapped-in-print.py cost_printed should fail, and does not" in found["mistakes"]
    assert "cost_printed alone" in found["alone"]


def test_a_check_loosened_in_the_engine_is_caught(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that passes everything lets mistakes through, and the starter."""
    monkeypatch.setitem(VOCABULARY, "usage.reads_usage", lambda case: passed())  # type: ignore[index]
    found = broken(copy)
    assert "counted-by-hand.py reads_usage should fail" in found["mistakes"]
    assert "passes reads_usage" in found["starters"]


@pytest.mark.parametrize(
    "old, new", [("output_tokens: 77", "output_tokens: 78"), ("output_tokens: 55", "output_tokens: 56")]
)
def test_a_digit_of_a_fixture_altered_is_caught(copy: Path, old: str, new: str) -> None:
    """A fixture that is not as it was sealed is told."""
    replace_in(copy / "fixtures" / "exercise1.yaml", old, new)
    assert "not as it was when it was sealed" in broken_files(copy)["fixtures"]


def test_a_transcribed_number_that_the_lesson_does_not_tell_is_caught(copy: Path) -> None:
    """Sealing a wrong number does not make it honest."""
    replace_in(copy / "fixtures" / "exercise1.yaml", "output_tokens: 77", "output_tokens: 787")
    recordings.seal(Course(copy / "course"))
    assert "787 is called transcribed" in broken_files(copy)["fixtures"]


RECORDED = "provenance: {numbers: recorded, text: recorded, recorded_on: %s, model: %s}"


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("provenance: authored", "provenance: recorded", "names the day"),
        ("provenance: authored", RECORDED % ("2199-01-01", "claude-haiku-4-5"), "a day that has not come yet"),
        ("provenance: authored", RECORDED % ("2026-01-01", "gpt-oss"), "recorded from 'gpt-oss'"),
        ("      note: The poem of the lesson's captured run, and its token counts.\n", "", "no note says from where"),
        ("provenance: authored", RECORDED % ("2026-01-01", "claude-haiku-4-5"), "not as it was when it was sealed"),
    ],
)
def test_a_dishonest_provenance_is_caught(copy: Path, old: str, new: str, said: str) -> None:
    """What is called recorded or transcribed says when and from where, and a claim that is changed breaks the seal."""
    replace_in(copy / "fixtures" / "exercise1.yaml", old, new)
    assert said in "\n".join(broken_files(copy).values())


@pytest.mark.parametrize("place", ["fixtures/exercise1.yaml", "course/exercise1/handout.md", "starter/exercise1.py"])
def test_a_secret_planted_is_caught_and_not_repeated(copy: Path, place: str) -> None:
    """A key in any file is told with its line, and is not in the message."""
    path = copy / place
    path.write_text(path.read_text(encoding="utf-8") + f"\n# {PLANTED}\n", encoding="utf-8")
    found = broken_files(copy)["secrets"]
    assert place in found and "planted" not in found


def test_a_stray_file_is_caught(copy: Path) -> None:
    """A file that no exercise uses is told, and so is a fixture that no scenario names."""
    (copy / "course" / "exercise1" / "old.py").write_text("", encoding="utf-8")
    (copy / "fixtures" / "old.yaml").write_text("title: old\n", encoding="utf-8")
    found = broken_files(copy)
    assert "course/exercise1/old.py" in found["files"]
    assert "fixtures/old.yaml" in found["fixtures"]


def test_a_solution_that_is_wrong_and_a_starter_that_is_filled_in_are_caught(copy: Path) -> None:
    """The solution must pass everything, the starter nothing."""
    solution = copy / "course" / "exercise1" / "solution.py"
    (copy / "starter" / "exercise1.py").write_bytes(solution.read_bytes())
    replace_in(solution, "input_tokens * INPUT_PRICE", "input_tokens * OUTPUT_PRICE")
    found = broken(copy)
    assert "cost_function failed" in found["solutions"] and "passes runs" in found["starters"]


def test_a_mistake_named_otherwise_is_caught(copy: Path) -> None:
    """The misconception of the header is the one that must be named."""
    path = copy / "course" / "exercise1" / "mistakes" / "counted-by-hand.py"
    replace_in(path, "# fails: reads_usage counted-by-hand", "# fails: reads_usage output-missing")
    assert "not as output-missing" in broken(copy)["mistakes"]


def test_counts_that_hide_a_mistake_are_caught(copy: Path) -> None:
    """Where a mistake gives the right number, the call is told."""
    replace_in(
        copy / "fixtures" / "exercise1.yaml",
        "{input_tokens: 21, output_tokens: 77}",
        "{input_tokens: 25, output_tokens: 25}",
    )
    recordings.seal(Course(copy / "course"))
    assert "prices-swapped" in broken(copy)["separation"]


# ---------------------------------------------------------------- the parts


def test_a_header_is_read() -> None:
    """Failing checks with the mistake or none, skipped ones, and the reason."""
    header = header_of(
        "# fails: runs never-ends\n# fails: cost -\n# skipped: a, b\n# Who and why.\n\nimport x\n# fails: no more\n"
    )
    assert dict(header.fails) == {"runs": "never-ends", "cost": None}
    assert header.skipped == {"a", "b"} and header.why == "Who and why."


SECRETS = (
    PLANTED,
    "organization 0a1b2c3d-0a1b-4c3d-8e9f-0a1b2c3d4e5f",
    "wrkspc_01AbCdEfGhIjKl",
    "set-cookie: _cfuvid=abc.def-123",
)


@pytest.mark.parametrize("text", SECRETS)
def test_what_tells_who_asked_is_found_and_taken_out(text: str) -> None:
    """Keys, accounts and cookies are found with their line; without them nothing is found."""
    assert [line for line, _ in found_in(f"a line\n{text}\n")] == [2]
    assert not list(found_in(without(text)))


def test_an_exercises_own_check_is_told_where_it_is_missing(tmp_path: Path) -> None:
    """No file, no function, a file that cannot be loaded: each is one line for the author."""
    folder = tmp_path / "exercise9"
    folder.mkdir()
    with pytest.raises(UnknownCheck, match="no such file"):
        check_of("checks.mine", folder)
    (folder / "checks.py").write_text("mine = 3\n", encoding="utf-8")
    with pytest.raises(UnknownCheck, match="no function mine"):
        check_of("checks.mine", folder)
    (folder / "checks.py").write_text("import nowhere_at_all\n", encoding="utf-8")
    with pytest.raises(UnknownCheck, match="cannot be loaded"):
        check_of("checks.mine", folder)


def test_the_shipped_course_holds_where_no_program_is_run() -> None:
    """Texts, files and fixtures of the shipped course are in order."""
    _, outcomes = of_files(Course(Path(__file__).parents[2] / "course"))
    rules = ["form", "files", "secrets", "prices", "points", "words", "fixtures"]
    assert [outcome.rule for outcome in outcomes] == rules
    assert found_by(outcomes) == {}


def test_every_fixture_of_the_shipped_course_is_a_document() -> None:
    """Each can be read as plain YAML, by any tool."""
    for path in recordings.fixture_files(Course(Path(__file__).parents[2] / "course")):
        assert isinstance(yaml.safe_load(path.read_text(encoding="utf-8")), dict)
