"""What a cluster costs beside the pool of one machine, and whether its coordinator's memory grows.

`python -m tests.benchmarks.cluster [SUBMISSIONS] [--workers N] [--rounds R]` grades one drawn class by `bulk --jobs N`
and by `bulk --cluster local:N` in turns, and prints the ratio of their throughputs: both have the same processors and
the same neighbours. `--light` makes the class of programs that do next to nothing, so that what is measured is the way
to the workers and back. `--alone` leaves the pool out: for 10,000 light submissions, the memory of the process that
keeps the grades is what one wants to see. Needs Linux and the extra `cluster`.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.bulk import ROOT, draw_class

_LOOK_S = 0.5
_TICKS = os.sysconf("SC_CLK_TCK")
LIGHT = "print('student {}')\n"
ROLES = {"cluster.local": "scheduler", "spawn_main": "stations"}  # what a process's command line shows of its role


@dataclass
class Run:
    """One batch: how long, how many processor seconds by role, and the coordinator's memory as it went on."""

    submissions: int
    wall_s: float = 0.0
    processor_s: float = 0.0
    spent: list[tuple[int, dict[str, float]]] = field(default_factory=list)  # graded until then, seconds by role
    looks: list[tuple[float, int, float]] = field(default_factory=list)  # seconds, graded until then, resident MB

    @property
    def rate(self) -> float:
        """Submissions a second between the first grade and the last that were seen, without the start."""
        first = next((look for look in self.looks if look[1]), None)
        last = next((look for look in self.looks if first and look[1] == self.looks[-1][1]), None)
        if first is None or last is None or last[0] <= first[0]:
            return self.submissions / self.wall_s
        return (last[1] - first[1]) / (last[0] - first[0])

    @property
    def each_s(self) -> dict[str, float]:
        """The processor seconds of one submission by role, without the start and the end of the processes."""
        if not self.spent or self.spent[-1][0] == self.spent[0][0]:
            return {}
        (first, before), (last, after) = self.spent[0], self.spent[-1]
        return {role: (after[role] - before[role]) / (last - first) for role in after}


def draw_light(folder: Path, number: int) -> None:
    """Write a class whose only exercise does next to nothing."""
    for each in range(number):
        student = folder / f"student{each:06}"
        student.mkdir(parents=True)
        (student / "exercise1.py").write_text(LIGHT.format(each))


def run(submissions: Path, out: Path, *more: str) -> Run:
    """Run `bulk` and look at its processes while it runs."""
    found = Run(len(os.listdir(submissions)))
    line = [sys.executable, "grade.py", "bulk", str(submissions), "--out", str(out), "--seed", "1", *more]
    began = time.monotonic()
    with subprocess.Popen(line, stdout=subprocess.DEVNULL, cwd=ROOT) as process:
        while True:
            try:
                process.wait(timeout=_LOOK_S)
                break
            except subprocess.TimeoutExpired:
                _look(process.pid, out, found, time.monotonic() - began)
    found.wall_s = time.monotonic() - began
    if process.returncode != 0:
        print(f"  exit status {process.returncode}", file=sys.stderr)
    return found


def _look(pid: int, out: Path, found: Run, at_s: float) -> None:
    graded = 0
    with contextlib.suppress(OSError, sqlite3.Error):
        resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
        graded = stored_in(out)
        found.looks.append((at_s, graded, resident))
    spent = dict.fromkeys(("coordinator", "grading", *ROLES.values()), 0.0)
    for each in _tree(pid):
        own_s, waited_for_s = _spent_s(each)
        spent["coordinator" if each == pid else _role(each)] += own_s
        spent["grading"] += waited_for_s  # of children that have ended: programs, nearly all
    found.processor_s = max(found.processor_s, sum(spent.values()))
    if graded > (found.spent[-1][0] if found.spent else 0):
        found.spent.append((graded, spent))


def spent_s(root: int) -> float:
    """The processor seconds of a process and all below it, also of those that have ended."""
    return sum(sum(_spent_s(each)) for each in _tree(root))


def _tree(root: int) -> list[int]:
    """A process and all below it."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        with contextlib.suppress(OSError, ValueError):
            parent = int(Path(f"/proc/{int(entry)}/stat").read_text().rsplit(")", 1)[1].split()[1])
            children.setdefault(parent, []).append(int(entry))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def _role(pid: int) -> str:
    with contextlib.suppress(OSError):
        line = Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace")
        return next((role for word, role in ROLES.items() if word in line), "grading")
    return "grading"


def _spent_s(pid: int) -> tuple[float, float]:
    """The processor seconds of a process, and of its children that it has waited for."""
    with contextlib.suppress(OSError):
        parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(parts[11]) + int(parts[12])) / _TICKS, (int(parts[13]) + int(parts[14])) / _TICKS
    return 0.0, 0.0


def stored_in(out: Path) -> int:
    """How many submissions the database holds."""
    with contextlib.closing(sqlite3.connect(f"file:{out / 'grades.db'}?mode=ro", uri=True)) as database:
        (stored,) = database.execute("SELECT count(*) FROM submissions").fetchone()
    return int(stored)


def kept_bytes(out: Path) -> tuple[float, float]:
    """What one submission leaves on average: bytes of the database, bytes of its page."""
    pages = [path.stat().st_size for path in (out / "reports").iterdir()]
    return (out / "grades.db").stat().st_size / len(pages), statistics.fmean(pages)


def main() -> None:
    """Draw, grade both ways in turns, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("submissions", type=int, nargs="?", default=100)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--light", action="store_true")
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--sandbox", default="auto")
    parser.add_argument("--time-limit", default="10")
    options = parser.parse_args()
    more = ["--sandbox", options.sandbox, "--time-limit", options.time_limit]
    with tempfile.TemporaryDirectory(prefix="grade-class-") as temporary:
        folder = Path(temporary)
        if options.light:
            draw_light(folder / "in", options.submissions)
            more += ["--only", "exercise1"]
        else:
            draw_class(folder / "in", options.submissions)
        ways = {"cluster": ["--cluster", f"local:{options.workers}"], "pool": ["--jobs", str(options.workers)]}
        if options.alone:
            del ways["pool"]
        runs: dict[str, list[Run]] = {way: [] for way in ways}
        for number in range(options.rounds):
            for way in sorted(ways, reverse=bool(number % 2)):
                out = folder / f"{way}{number}"
                runs[way].append(run(folder / "in", out, *ways[way], *more))
                _say(way, runs[way][-1], out)
        if not options.alone:
            ratio = statistics.median(r.rate for r in runs["cluster"]) / statistics.median(r.rate for r in runs["pool"])
            spent = {way: statistics.median(each.processor_s for each in runs[way]) for way in runs}
            print(
                f"the cluster's throughput is {ratio:.2f} of the pool's (medians of {options.rounds}); "
                f"it takes {spent['cluster'] / spent['pool']:.2f} times the pool's processor time"
            )


def _say(way: str, run: Run, out: Path) -> None:
    number = run.submissions
    roles = ", ".join(f"{role} {1000 * used:.1f} ms" for role, used in run.each_s.items() if used > 0)
    database, page = kept_bytes(out)
    print(f"{way:8} {stored_in(out)} of {number} stored", flush=True)
    print(
        f"{way:8} {run.rate:6.2f} submissions/s, {run.wall_s:.0f} s in all  {run.processor_s / number:6.3f} CPU s each "
        f"({roles})  {database / 1000:.1f} kB in the database, {page / 1000:.1f} kB of page",
        flush=True,
    )
    marks = [run.looks[len(run.looks) * part // 8] for part in range(1, 8)] if len(run.looks) > 8 else []
    print("         coordinator: " + ", ".join(f"{mb:.0f} MB at {graded}" for _, graded, mb in marks), flush=True)


if __name__ == "__main__":
    main()
