"""The command that repeats a run, ready to be pasted in the folder in which it was made. Text only."""

from __future__ import annotations

import os
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from grader.report import Report


@dataclass(frozen=True)
class Again:
    """How the grader is called here: the program, and the folder of the submission ("" where that is the usual one)."""

    program: str = "python grade.py"
    folder: str = ""

    def called(self, exercise: str) -> str:
        """The command line that grades an exercise."""
        folder = f" --submission {_quoted(self.folder)}" if self.folder else ""
        return f"{self.program} {exercise}{folder}"

    def command(self, report: Report, exercise: str) -> str:
        """The command line that repeats an exercise's runs with the same drawn numbers."""
        return f"{self.called(exercise)} --seed {report.seed}"


ANYWHERE = Again(folder="FOLDER")  # where the page is read elsewhere: nobody knows under which path the files are there


def here(source: Path | None) -> Again:
    """Call the grader as it can be called from the current folder, for a submission (None: the usual folder)."""
    program = "python grade.py" if Path("grade.py").is_file() else "grade"
    return Again(program) if source is None else Again(program, from_here(source))


def from_here(path: Path) -> str:
    """Name a path as it is found from the current folder."""
    try:
        return os.path.relpath(path)
    except ValueError:  # another drive
        return str(path)


def _quoted(folder: str) -> str:
    return subprocess.list2cmdline([folder]) if os.name == "nt" else shlex.quote(folder)
