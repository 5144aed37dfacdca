"""What a class costs: `grade.py bulk` against fresh interpreters and against bare forks, on one drawn class.

`python -m tests.benchmarks.bulk [SUBMISSIONS …] [--sandbox none] [--sample N] [--time-limit S]` draws a class of each
size (right, wrong, odd, crashing, hanging, missing), grades it, judges it again, and prints submissions per second,
processor seconds a submission, and the memory of the whole tree of processes, half of the time and at most: several
sizes show whether it grows with the class. (The most is what the canaries take that try, before the first program runs,
whether the limit of memory holds: see `grader/sandbox/canary.py`.) Judging again is measured with a course that has not
changed, with other points, other words, one check more and other prices (for which the checks that look at prices are
judged from the traces), each shown and then written with all pages.

Beside it, on a sample spread over the first class: (a) a fresh `python exerciseN.py` a scenario on all processors, and
(b) bare forks of a process that has the SDK, no seal, no gates, no judging: the floor. Both talk to the same replay
server, and Python keeps compiled modules in all cases. Processor seconds are those of the whole machine, with the
server's, the kernel's own work and whatever else runs: what makes boxes and clears them away is nobody's child in the
end.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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
COURSE = Course(ROOT / "course")
_CHECKS = """from grader.checks.verdict import failed, passed


def short(case):
    return passed() if len(case.output.text) < 2000 else failed("It prints much.")
"""
_CHECK = """  - name: short
    check: checks.short
    points: 1
    title: It prints little
    rationale: Somebody has to read it.
    lesson: "lesson.md#running-your-programs"
    needs: []
    hints: [What can be left out?, Look at the longest part., print(short)]
"""
HANGING = "import time\n\nwhile True:\n    time.sleep(3600)\n"
CRASHING = "import anthropic\n\nclient = anthropic.Anthropic()\nprint(undefined_name)\n"
# Of a hundred handed-in programs. The ordinary right ones are the course's solution and whole programs written in other
# styles (sync, async, raw responses, other libraries); the odd ones start threads, processes or a second interpreter,
# right and wrong, and cost several times as much. The wrong ones have one of the course's mistakes each.
SHARES = {"right": 52, "wrong": 34, "odd": 2, "crashing": 6, "hanging": 3, "missing": 3}
_ODD = re.compile(rb"\b(?:subprocess|multiprocessing|threading|concurrent|os\.exec\w+)\b")

FLOOR = """
import os, runpy, signal, sys, time
import anthropic
jobs = [line.split("\\t") for line in sys.stdin.read().splitlines()]
limit, places, running = float(sys.argv[1]), int(sys.argv[2]), {}
began = time.monotonic()
def gather():
    pid, _ = os.waitpid(-1, os.WNOHANG)
    if pid:
        del running[pid]
    else:
        for pid, started in running.items():
            if time.monotonic() - started > limit:
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.002)
while jobs or running:
    if jobs and len(running) < places:
        folder, entry, url = jobs.pop()
        pid = os.fork()
        if pid == 0:
            null = os.open(os.devnull, os.O_RDWR)
            for descriptor in (0, 1, 2):
                os.dup2(null, descriptor)
            os.chdir(folder)
            os.environ["ANTHROPIC_BASE_URL"] = url
            sys.path.insert(0, folder)
            try:
                runpy.run_path(entry, run_name="__main__")
            except BaseException:
                os._exit(1)
            sys.stdout.flush()
            os._exit(0)
        running[pid] = time.monotonic()
    else:
        gather()
print(time.monotonic() - began)
"""


@dataclass(frozen=True)
class Cost:
    """What grading took; memory is that of the tree of processes (shared pages once), looked at each second."""

    wall_s: float
    processor_s: float
    memory_mb: tuple[float, ...] = ()


def draw_class(folder: Path, number: int, seed: int = 1) -> None:
    """Write a class of submissions, each file unlike every other."""
    draw = random.Random(seed)
    pools: dict[tuple[str, str], list[bytes]] = {}
    for name in COURSE.exercise_names:
        whole = sorted((ROOT / "tests" / "submissions" / name).iterdir())
        alone = [path for path in whole if len(list(path.iterdir())) == 2]  # the program and what is expected of it
        programs = {path.name: (path / f"{name}.py").read_bytes() for path in alone if not _has(path, ("never",))}
        pools[name, "odd"] = [text for text in programs.values() if _ODD.search(text)] or [CRASHING.encode()]
        right = [t for told, t in programs.items() if not told.startswith("wrong_") and not _ODD.search(t)]
        solution = (ROOT / "course" / name / "solution.py").read_bytes()
        pools[name, "right"] = [*[solution] * len(right), *right]  # half of a class writes what the lesson writes
        never = ("never", "asks", "hang")
        wrong = [p for p in sorted((ROOT / "course" / name / "mistakes").glob("*.py")) if not _has(p, never)]
        pools[name, "wrong"] = [path.read_bytes() for path in wrong]
        pools[name, "crashing"], pools[name, "hanging"] = [CRASHING.encode()], [HANGING.encode()]
    for each in range(number):
        student = folder / f"student{each:05}"
        student.mkdir(parents=True)
        for name in COURSE.exercise_names:
            (kind,) = draw.choices([*SHARES], [*SHARES.values()])
            if kind != "missing":
                program = draw.choice(pools[name, kind])
                newline = b"" if program.endswith(b"\n") else b"\n"
                (student / f"{name}.py").write_bytes(program + newline + f"# student {each}\n".encode())


def _has(path: Path, words: tuple[str, ...]) -> bool:
    return any(word in path.stem for word in words)


def tree_bytes(root: int) -> int:
    """The memory of a process and all below it, shared pages counted once."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    children.setdefault(int(file.read().rsplit(")", 1)[1].split()[1]), []).append(int(entry))
            except OSError:
                continue
    total, todo = 0, [root]
    while todo:
        pid = todo.pop()
        todo += children.get(pid, [])
        try:
            with open(f"/proc/{pid}/smaps_rollup") as file:
                total += next((int(line.split()[1]) << 10 for line in file if line.startswith("Pss:")), 0)
        except OSError:
            continue
    return total


def measured(line: list[str]) -> Cost:
    """Run a command; its wall time, the machine's processor time, the memory of its tree."""
    before_s = busy_s()
    began = time.monotonic()
    memory: list[int] = []
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with subprocess.Popen(line, stdout=subprocess.DEVNULL, cwd=ROOT, env=environment) as process:
        while True:
            try:
                process.wait(timeout=1.0)
                break
            except subprocess.TimeoutExpired:
                memory.append(tree_bytes(process.pid))
    wall_s, processor_s = time.monotonic() - began, busy_s() - before_s
    if process.returncode != 0:
        print(f"  exit status {process.returncode}", file=sys.stderr)
    return Cost(wall_s, processor_s, tuple(each / (1 << 20) for each in memory))


def busy_s() -> float:
    """For how long the machine's processors have been busy, added up (`/proc/stat`, proc(5))."""
    with open("/proc/stat") as file:
        ticks = list(map(int, file.readline().split()[1:9]))
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")  # all but idle, and idle for a disk


def bulk(submissions: Path, out: Path, *more: str) -> Cost:
    """Grade the class as an instructor does."""
    line = [sys.executable, "grade.py", "bulk", str(submissions), "--out", str(out), "--seed", "1", *more]
    return measured(line)


def serve() -> Iterator[tuple[str, str]]:
    """Serve every exercise's scenarios from a thread each; give exercise and address, once a scenario."""
    for name in COURSE.exercise_names:
        for spec in COURSE.exercise(name).scenarios.values():
            listener = socket.create_server(("127.0.0.1", 0), backlog=256)
            script = Script(
                load_fixture(COURSE.fixtures / spec.fixture),
                seed=1,
                vary=spec.vary,
                too_long=spec.too_long,
                prices={n: (p.input_usd, p.output_usd) for n, p in COURSE.prices.models.items()},
                context_window_tokens=COURSE.context_window_tokens,
            )

            async def forever(script: Script = script, listener: socket.socket = listener) -> None:
                await ReplayServer(script, Recorder(), OpenGate(), Screen()).serve(listener)
                await asyncio.Event().wait()

            threading.Thread(target=lambda run=forever: asyncio.run(run()), daemon=True).start()
            yield name, base_url(listener)


def jobs_of(submissions: Path, sample: int, addresses: list[tuple[str, str]]) -> list[tuple[Path, str, str]]:
    """The runs of a sample of submissions, spread over the class: folder, file, address."""
    students = sorted(submissions.iterdir())
    return [
        (student, f"{name}.py", url)
        for student in (students[place * len(students) // sample] for place in range(sample))
        for name, url in addresses
        if (student / f"{name}.py").is_file()
    ]


def fresh(jobs: list[tuple[Path, str, str]], limit_s: float) -> Cost:
    """Baseline (a): an interpreter of its own for each run, as many at once as there are processors."""
    before_s, began = busy_s(), time.monotonic()

    def one(job: tuple[Path, str, str]) -> None:
        folder, entry, url = job
        environment = program_environment(url, str(folder), os.environ)
        try:
            subprocess.run(
                [sys.executable, entry], cwd=folder, env=environment, timeout=limit_s, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(one, jobs))
    return Cost(time.monotonic() - began, busy_s() - before_s)


def floor(jobs: list[tuple[Path, str, str]], limit_s: float) -> Cost:
    """Baseline (b): bare forks of a process that has imported the SDK."""
    text = "\n".join("\t".join(map(str, job)) for job in jobs)
    line = [sys.executable, "-c", FLOOR, str(limit_s), str(os.cpu_count())]
    environment = program_environment("http://127.0.0.1:9", "/", os.environ)
    before_s = busy_s()
    done = subprocess.run(line, input=text, capture_output=True, text=True, env=environment, check=True)
    return Cost(float(done.stdout), busy_s() - before_s)


def regrades(folder: Path, out: Path) -> Iterator[tuple[str, Cost]]:
    """Judge a graded class again as courses change: nothing, points, words, a new check, other prices."""
    course = folder / "course"
    line = [sys.executable, "grade.py", "regrade", str(out), "--course", str(course)]
    yield "unchanged", measured(line)
    for what, change in (
        ("other points", _other_points),
        ("other words", _other_words),
        ("one check more", _one_check_more),
        ("other prices", _other_prices),
    ):
        change(course)
        yield what, measured(line)
        yield f"{what}, written", measured([*line, "--yes"])


def _other_points(course: Path) -> None:
    for name in COURSE.exercise_names:
        _edit(course / name / "exercise.yaml", r"points: 2\b", "points: 3")


def _other_words(course: Path) -> None:
    _edit(course / "misconceptions.yaml", r"(?m)^( +title: )", r"\1A ")


def _one_check_more(course: Path) -> None:
    for name in COURSE.exercise_names:
        (course / name / "checks.py").write_text(_CHECKS, encoding="utf-8")
        _edit(course / name / "exercise.yaml", r"(?m)^checks:\n", f"checks:\n{_CHECK}")


def _other_prices(course: Path) -> None:
    _edit(course / "course.yaml", r'"25\.00"', '"26.00"')


def _edit(path: Path, pattern: str, new: str) -> None:
    path.write_text(re.sub(pattern, new, path.read_text(encoding="utf-8")), encoding="utf-8")


def baselines(submissions: Path, graded: Cost, number: int, sample: int, limit_s: float, only: list[str]) -> None:
    """Run a sample of the class in the two plain ways, and print how bulk compares."""
    addresses = [(n, u) for n, u in serve() if not only or n in only]
    jobs = jobs_of(submissions, sample, addresses)
    one, other = fresh(jobs, limit_s), floor(jobs, limit_s)
    print(
        f"(a)      {sample / one.wall_s:6.2f} submissions/s  {one.processor_s / sample:6.3f} CPU s each  "
        f"bulk is {(number / graded.wall_s) / (sample / one.wall_s):.1f} times faster, "
        f"with {(one.processor_s / sample) / (graded.processor_s / number):.1f} times less processor time"
    )
    print(
        f"(b)      {sample / other.wall_s:6.2f} submissions/s  {other.processor_s / sample:6.3f} CPU s each  "
        f"bulk takes {(graded.processor_s / number) / (other.processor_s / sample):.2f} times its processor"
    )


def main() -> None:
    """Draw, grade, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("submissions", type=int, nargs="*", default=[300])
    parser.add_argument("--sandbox", default="auto")
    parser.add_argument("--sample", type=int, default=24, help="submissions that the baselines run; 0 for none")
    parser.add_argument("--time-limit", type=float, default=10.0)
    parser.add_argument("--only", action="append", default=[])
    options = parser.parse_args()
    print("of a hundred programs: " + ", ".join(f"{share} {kind}" for kind, share in SHARES.items()))
    for place, number in enumerate(options.submissions):
        with tempfile.TemporaryDirectory(prefix="grade-class-") as temporary:
            folder = Path(temporary)
            shutil.copytree(ROOT / "course", folder / "course")
            shutil.copytree(ROOT / "fixtures", folder / "fixtures")
            draw_class(folder / "in", number)
            only = [f"--only={name}" for name in options.only]
            more = ["--sandbox", options.sandbox, "--time-limit", str(options.time_limit), *only]
            graded = bulk(folder / "in", folder / "out", "--course", str(folder / "course"), *more)
            print(f"{number} submissions, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
            print(
                f"bulk     {number / graded.wall_s:6.2f} submissions/s  {graded.processor_s / number:6.3f} CPU s each  "
                f"{statistics.median(graded.memory_mb):6.0f} MB half of the time, {max(graded.memory_mb):.0f} at most"
            )
            for name, again in regrades(folder, folder / "out"):
                print(
                    f"regrade {number / again.wall_s:6.0f} submissions/s  {again.processor_s / number:.4f} CPU s each: "
                    f"{graded.wall_s / again.wall_s:.0f} times faster than grading with "
                    f"{graded.processor_s / again.processor_s:.0f} times less processor time ({name})"
                )
            if place == 0 and options.sample:
                sample = min(number, options.sample)
                baselines(folder / "in", graded, number, sample, options.time_limit, options.only)


if __name__ == "__main__":
    main()
