"""A copy of the course that a test may spoil, and the command line run in it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from grader.cli import main

ROOT = Path(__file__).parents[2]


def copy_of_course(folder: Path) -> Path:
    """Copy what makes a course: course/, starter/, fixtures/."""
    for name in ("course", "starter", "fixtures"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def grade_py(folder: Path, *arguments: str) -> int:
    """Run `python grade.py ...` in a folder and return the exit status."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        return main(list(arguments))
    finally:
        os.chdir(before)


def replace_in(path: Path, old: str, new: str) -> None:
    """Replace a text that must be there, once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{path} has no {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
