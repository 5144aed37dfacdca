"""How long a student waits: `grade.py exercise1` against `python exercise1.py` alone, the same server behind both.

Run on demand: `python -m tests.benchmarks.student [PAIRS]`. The two run in turn; the ratio is taken pair by pair.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from grader.course import Course
from grader.fixtures import load_fixture
from grader.replay.gate import OpenGate
from grader.replay.recorder import Recorder
from grader.replay.script import Script
from grader.replay.server import ReplayServer
from grader.sandbox.job import base_url, program_environment
from grader.screen import Screen

ROOT = Path(__file__).parents[2]


def serve() -> str:
    """Serve exercise 1's recording from a thread; return the address."""
    course = Course(ROOT / "course")
    listener = socket.create_server(("127.0.0.1", 0))

    async def forever() -> None:
        script = Script(
            load_fixture(ROOT / "fixtures" / "exercise1.yaml"),
            seed=1,
            vary=False,
            too_long=False,
            prices={n: (p.input_usd, p.output_usd) for n, p in course.prices.models.items()},
            context_window_tokens=course.context_window_tokens,
        )
        await ReplayServer(script, Recorder(), OpenGate(), Screen()).serve(listener)
        await asyncio.Event().wait()

    threading.Thread(target=lambda: asyncio.run(forever()), daemon=True).start()
    return base_url(listener)


def timed(command: list[str], folder: Path, environment: dict[str, str]) -> float:
    """Wall seconds of one command that must succeed."""
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return time.perf_counter() - started


def main(pairs: int) -> None:
    """Print the medians and the ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(ROOT / "course" / "exercise1" / "solution.py", folder / "exercise1.py")
        alone = program_environment(serve(), name, os.environ)
        graded = {k: v for k, v in os.environ.items() if k not in ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE")}
        grade = [sys.executable, str(ROOT / "grade.py"), "exercise1", "--submission", name, "--no-report"]
        figures = []
        for _ in range(pairs + 1):  # the first pair warms the caches up
            figures.append(
                (timed(grade, ROOT, graded), timed([sys.executable, "exercise1.py"], folder, alone)),
            )
        figures = figures[1:]
        ratios = [one / other for one, other in figures]
        print(f"grade.py exercise1   median {statistics.median(f[0] for f in figures):.2f} s")
        print(f"python exercise1.py  median {statistics.median(f[1] for f in figures):.2f} s")
        print(f"ratio, pair by pair  median {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
