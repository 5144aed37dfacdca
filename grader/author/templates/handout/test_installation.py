"""Whether this installation can grade: the untouched course is read, a program is run, a report comes out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_a_program_can_be_graded(tmp_path: Path) -> None:
    """A program that stops at once is graded: it gets no points, and is told why."""
    (tmp_path / "exercise1.py").write_text("raise NotImplementedError('nothing is filled in yet')\n")
    command = [sys.executable, "grade.py", "exercise1", "--submission", str(tmp_path), "--json", "-", "--no-report"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 1, done.stderr
    (exercise,) = json.loads(done.stdout)["exercises"]
    assert exercise["outcome"] == "graded" and exercise["score"] == 0
    assert exercise["checks"][0]["message"]
