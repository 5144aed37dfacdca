"""Small classes for the tests of bulk: folders of submissions, batches run as a person would, and what they left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
COURSE = ROOT / "course"
SEED = 77

RIGHT = (COURSE / "exercise1" / "solution.py").read_text(encoding="utf-8")
CRASHES = "import anthropic\n\nanthropic.Anthropic()\nprint(1 / 0)\n"
HANGS = "import time\n\nwhile True:\n    time.sleep(60)\n"
SWAPPED = (COURSE / "exercise1" / "mistakes" / "prices-swapped.py").read_text(encoding="utf-8")
STARTER = (ROOT / "starter" / "exercise1.py").read_text(encoding="utf-8")

# Ends the worker that grades it, and nothing else: the only ancestor that is one.
DEADLY = """
import os, signal

pid = os.getppid()
while pid > 1:
    with open(f"/proc/{pid}/cmdline") as file:
        if "grader.bulk.worker" in file.read():
            os.kill(pid, signal.SIGKILL)
            break
    with open(f"/proc/{pid}/stat") as file:
        pid = int(file.read().rsplit(")", 1)[1].split()[1])
"""

CLASS = {
    "ann": RIGHT,
    "ben": SWAPPED,
    "cleo": CRASHES,
    "dan": STARTER,
    "eve": RIGHT + "\nprint('done')\n",
    "finn": SWAPPED + "\n# a comment\n",
}


def hand_in(folder: Path, programs: Mapping[str, str]) -> Path:
    """Write a folder a student, each with an exercise1.py."""
    for name, program in programs.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "exercise1.py").write_text(program, encoding="utf-8")
    return folder


def command(submissions: Path, out: Path, *more: str, seed: int | None = SEED) -> list[str]:
    """The command line of a small batch."""
    seeded = [] if seed is None else ["--seed", str(seed)]
    return [
        sys.executable, str(ROOT / "grade.py"), "bulk", str(submissions), "--out", str(out), "--only", "exercise1",
        "--sandbox", "none", "--time-limit", "3", *seeded, *more,
    ]  # fmt: skip


def bulk(submissions: Path, out: Path, *more: str, seed: int | None = SEED) -> subprocess.CompletedProcess[str]:
    """Run a batch to its end."""
    line = command(submissions, out, *more, seed=seed)
    return subprocess.run(line, capture_output=True, text=True, timeout=240, cwd=out.parent, env=environment())


def environment() -> dict[str, str]:
    """The environment of a grader that is not the test's."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}


def results(out: Path) -> list[dict[str, Any]]:
    """The reports of a batch in their order."""
    return [json.loads(line) for line in (out / "results.jsonl").read_text(encoding="utf-8").splitlines()]


def timeless(out: Path) -> str:
    """All lists of a batch without their times."""
    reports = [{k: v for k, v in report.items() if k not in ("graded_at", "duration_s")} for report in results(out)]
    lists = [(out / name).read_text(encoding="utf-8") for name in ("grades.csv", "index.html")]
    return "\n".join([*map(json.dumps, reports), *lists])
