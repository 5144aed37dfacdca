"""Whether a verdict ever changes: each solution and the no-flush mistake, many times, half of them on a busy machine.

Run on demand: `python -m tests.benchmarks.steadiness [RUNS]` (500 unless told). Prints how many verdicts differed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from grader.report import ExerciseReport
from grader.sandbox.job import Limits
from tests.batch import ROOT, Piece, grade_all

PROGRAMS = {
    "exercise1 solution": ROOT / "course" / "exercise1" / "solution.py",
    "exercise2 solution": ROOT / "course" / "exercise2" / "solution.py",
    "exercise3 solution": ROOT / "course" / "exercise3" / "solution.py",
    "exercise3 not-flushed": ROOT / "course" / "exercise3" / "mistakes" / "not-flushed.py",
}
BURN = [sys.executable, "-c", "while True: pass"]


def verdict(report: ExerciseReport) -> str:
    """Everything that a student's mark depends on, as text."""
    return " ".join(f"{c.name}={c.outcome}:{c.misconception}" for c in report.checks) or str(report.fault)


def verdicts(name: str, path: Path, runs: int) -> Counter[str]:
    """Grade one program many times, each time under another seed."""
    exercise = name.split()[0]
    pieces = [Piece(exercise, {f"{exercise}.py": path.read_bytes()}, seed) for seed in range(runs)]
    return Counter(verdict(g.report.exercises[0]) for g in grade_all(pieces, at_once=4, limits=Limits()))


def main(runs: int) -> int:
    """Print a line a program; exit with the number of programs whose verdict changed."""
    changed = 0
    for name, path in PROGRAMS.items():
        started = time.perf_counter()
        calm = verdicts(name, path, runs // 2)
        burners = [subprocess.Popen(BURN) for _ in range(2 * (os.cpu_count() or 1))]
        try:
            busy = verdicts(name, path, runs - runs // 2)
        finally:
            for burner in burners:
                burner.kill()
                burner.wait()
        every = calm + busy
        changed += len(every) > 1
        print(f"{name:<24} {runs} runs, {len(every)} verdict(s), {time.perf_counter() - started:.0f} s", flush=True)
        for text, times in every.most_common()[1:]:
            print(f"    {times} times: {text}")
    return changed


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
