"""An exercise's own checks in a batch: sent to the workers, judged there, and judged again when they change."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from grader.bulk.bundle import pack
from grader.course import Course
from tests.bulk.handed_in import COURSE, RIGHT, ROOT, SWAPPED, bulk, environment, hand_in, results

OWN = '''"""Checks that only this exercise needs."""

from __future__ import annotations

from dataclasses import dataclass

from grader.checks.verdict import Case, Verdict, failed, passed


@dataclass(frozen=True)
class Budget:
    """How many requests are allowed."""

    most: int

    def holds(self, case: Case) -> bool:
        return len(case.trace.messages) <= self.most


def frugal(case: Case) -> Verdict:
    """Pass when no more requests were sent than the budget allows."""
    if Budget(most=1).holds(case):
        return passed()
    return failed("Too many requests.", expected="at most 1", observed=f"{len(case.trace.messages)}")
'''


def test_a_check_of_the_exercises_own_is_judged_in_a_batch_and_again(tmp_path: Path) -> None:
    """The workers have it; where it is changed afterwards, stored traces are judged by the new one."""
    shutil.copytree(COURSE, tmp_path / "course")
    shutil.copytree(ROOT / "fixtures", tmp_path / "fixtures")
    own, listed = (tmp_path / "course" / "exercise1" / name for name in ("checks.py", "exercise.yaml"))
    own.write_text(OWN, encoding="utf-8")
    text = listed.read_text(encoding="utf-8")
    assert "check: program.calls_api" in text
    listed.write_text(text.replace("check: program.calls_api", "check: checks.frugal"), encoding="utf-8")
    hand_in(tmp_path / "in", {"ann": RIGHT, "ben": SWAPPED})
    course = ["--course", str(tmp_path / "course")]

    done = bulk(tmp_path / "in", tmp_path / "out", "--only", "exercise1", *course)
    assert done.returncode == 0, done.stderr
    before = outcomes(tmp_path / "out", "calls_api")
    assert before == {"ann": "passed", "ben": "passed"}

    own.write_text(OWN.replace("most=1", "most=0"), encoding="utf-8")
    line = [sys.executable, str(ROOT / "grade.py"), "regrade", str(tmp_path / "out"), "--yes", *course]
    again = subprocess.run(line, capture_output=True, text=True, timeout=120, env=environment())
    assert again.returncode == 0, again.stderr
    assert "2 marks change" in " ".join(again.stdout.split())
    assert outcomes(tmp_path / "out", "calls_api") == {"ann": "failed", "ben": "failed"}


def outcomes(out: Path, check: str) -> dict[str, str]:
    """What became of one check, by submission."""
    return {
        report["submission"]: each["outcome"]
        for report in results(out)
        for exercise in report["exercises"]
        for each in exercise["checks"]
        if each["name"] == check
    }


def test_the_bundle_holds_the_checks_and_no_solution(tmp_path: Path) -> None:
    """What workers get is enough to grade with, and gives no answer away; a changed check is another course."""
    shutil.copytree(COURSE, tmp_path / "course")
    shutil.copytree(ROOT / "fixtures", tmp_path / "fixtures")
    without = pack(Course(tmp_path / "course"))
    (tmp_path / "course" / "exercise1" / "checks.py").write_text(OWN, encoding="utf-8")
    bundle = pack(Course(tmp_path / "course"))
    assert set(bundle.files) - set(without.files) == {"course/exercise1/checks.py"}
    assert not [name for name in bundle.files if "solution" in name or "mistakes" in name]
    assert bundle.version != without.version
