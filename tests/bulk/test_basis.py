"""What a grade rests on: all code that decides takes part, and changes reach as far as they must."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest

from grader.bulk.basis import JUDGING, RUNNING, GraderCode, this_code, verdicts_version, version_of_files
from grader.checks.kinds import UNPRICED
from grader.course import Course

ROOT = Path(__file__).parents[2]
COURSE = Course(ROOT / "course")


def reached(module: str) -> set[str]:
    """The files of all grader modules that a module imports, itself or through others; below the package."""
    seen: set[str] = set()
    files: set[str] = set()
    todo = [module]
    while todo:
        name = todo.pop()
        path = ROOT / (name.replace(".", "/") + ".py")
        if not path.is_file():
            path = ROOT / name.replace(".", "/") / "__init__.py"
        if name in seen or not path.is_file():
            continue
        seen.add(name)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if name != "grader" and len(tree.body) > 1:  # more than a docstring
            files.add(path.relative_to(ROOT / "grader").as_posix())
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("grader"):
                todo += [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
    return files


@pytest.mark.parametrize(
    ("roots", "rooms"),
    [
        (("grader.run.session", "grader.run.submission", "grader.sandbox.tiers", "grader.sandbox.inside"), RUNNING),
        (("grader.grading", "grader.judge"), (*JUDGING, *RUNNING)),
        (("grader.judge",), JUDGING),
    ],
)
def test_all_code_that_decides_takes_part(roots: tuple[str, ...], rooms: tuple[str, ...]) -> None:
    """Whatever a run or a judgement imports is in the hash of it."""
    needed = set().union(*map(reached, roots))
    assert not [file for file in needed if not any(file == room or file.startswith(f"{room}/") for room in rooms)]


@pytest.mark.parametrize("name", sorted(UNPRICED))
def test_a_check_that_looks_at_no_price_cannot_see_any(name: str) -> None:
    """Nothing that its module reaches speaks of the course's prices."""
    files = [file for file in reached(f"grader.checks.{name.partition('.')[0]}") if file.startswith("checks/")]
    assert files
    assert not [file for file in files if ".prices" in (ROOT / "grader" / file).read_text(encoding="utf-8")]


def test_the_code_is_written_down_and_read_back() -> None:
    """A store keeps version and hashes in one text; of an older one the hashes are unknown, not the same."""
    assert GraderCode.read(str(this_code())) == this_code()
    assert GraderCode.read("1.0.0") == GraderCode("1.0.0", "", "")


def test_only_what_lateness_costs_makes_no_other_course() -> None:
    """Of `course.yaml`, everything but lateness is part of a course's version."""
    plain = b"title: T\nexercises: [a]\n"

    def version(text: bytes) -> str:
        return version_of_files("c", {"c/course.yaml": text})

    assert version(plain) == version(plain + b"lateness: {grace_minutes: 5}\n")
    assert version(plain) != version(b"title: U\nexercises: [a]\n")
    assert version(b"[") != version(b"]")


def test_points_choose_among_streams_and_nothing_else_of_verdicts() -> None:
    """Other points of the streaming checks matter to verdicts only where a run has several streams."""
    exercise = COURSE.exercise("exercise3")
    checks = tuple(check.model_copy(update={"points": check.points + 1}) for check in exercise.checks)
    before = verdicts_version(COURSE, exercise)
    after = verdicts_version(COURSE, exercise.model_copy(update={"checks": checks}))
    assert not after.others(before.kept(b""), several_streams=False)
    assert after.others(before.kept(b""), several_streams=True) == {check.name for check in checks}


def test_a_check_that_is_another_one_is_judged_alone(tmp_path: Path) -> None:
    """A new check, or one of an exercise's own whose code has changed, says nothing against the others' verdicts."""
    shutil.copytree(COURSE.folder, tmp_path / "course")
    exercise = COURSE.exercise("exercise1")
    first = exercise.checks[0]
    own = first.model_copy(update={"name": "own", "check": "checks.own"})
    with_own = exercise.model_copy(update={"checks": (*exercise.checks, own)})
    course = Course(tmp_path / "course")
    kept = verdicts_version(course, exercise).kept(b"")
    added = verdicts_version(course, with_own)
    assert added.others(kept, several_streams=False) == {"own"}
    (tmp_path / "course" / "exercise1" / "checks.py").write_text("# changed\n", encoding="utf-8")
    assert verdicts_version(course, with_own).others(added.kept(b""), several_streams=False) == {"own"}
    other = first.model_copy(update={"check": "program.calls_api"})
    changed = exercise.model_copy(update={"checks": (other, *exercise.checks[1:])})
    assert verdicts_version(course, changed).others(kept, several_streams=False) == {first.name}


def test_other_prices_concern_the_checks_that_look_at_them(tmp_path: Path) -> None:
    """All others keep their verdicts, but for runs in which the price may choose the stream that is judged."""
    shutil.copytree(COURSE.folder, tmp_path / "course")
    file = tmp_path / "course" / "course.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace('input_usd: "1.00"', 'input_usd: "2.00"', 1), encoding="utf-8"
    )
    exercise = COURSE.exercise("exercise3")
    kept = verdicts_version(COURSE, exercise).kept(b"")
    today = verdicts_version(Course(tmp_path / "course"), exercise)
    assert today.others(kept, several_streams=False) == {"final_usage", "stream_cost"}
    assert today.others(kept, several_streams=True) == {check.name for check in exercise.checks}
