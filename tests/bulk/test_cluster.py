"""A class graded on a real Dask cluster on loopback: the same marks as here, whatever dies."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import random
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from grader.bulk.batch import Plan, Tally, run_batch
from grader.bulk.bench import Orders
from grader.bulk.bundle import CourseBundle
from grader.bulk.cluster import admission, engine
from grader.bulk.cluster.address import Address, AddressError, is_open, parse
from grader.bulk.cluster.scheduler import AskError
from grader.bulk.cluster.versions import Versions, differences, here
from grader.bulk.pool import PoolError
from grader.bulk.store import Store
from grader.cli import main
from grader.sandbox.job import Limits
from tests.bulk.handed_in import (
    CLASS,
    COURSE,
    DEADLY,
    HANGS,
    ROOT,
    SEED,
    SWAPPED,
    command,
    environment,
    hand_in,
    results,
    timeless,
)

KILLS = int(os.environ.get("GRADE_KILLS", "2"))
LINUX = sys.platform.startswith("linux")

needs_dask = pytest.mark.skipif(
    not LINUX or importlib.util.find_spec("distributed") is None, reason="needs Linux and the package distributed"
)

LIGHT = "import anthropic\n\nprint(anthropic.Anthropic().base_url.path, {})\n"

PROGRAMS = {**CLASS, "gil": HANGS, **{f"light{n:02}": LIGHT.format(n) for n in range(4 + 2 * KILLS)}}

# Ends the worker of the cluster, not only the process that grades.
DEADLIER = DEADLY.replace("grader.bulk.worker", "spawn_main")


@dataclass
class Running:
    """A scheduler and two workers, each in processes of their own; whoever kills a worker sees a new one come."""

    url: str
    nannies: int
    scratch: Path

    def workers(self) -> list[int]:
        """The worker processes that live now."""
        found = []
        for entry in os.listdir("/proc"):
            try:
                if entry.isdigit() and _parent(int(entry)) == self.nannies:
                    line = Path(f"/proc/{entry}/cmdline").read_bytes()
                    found += [int(entry)] * (b"spawn_main" in line)
            except OSError:
                continue
        return found


def _told(pipe: Path) -> str:
    """What is written into a named pipe, once somebody writes."""
    descriptor = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert select.select([descriptor], [], [], 60)[0], "nobody has written"
    os.set_blocking(descriptor, True)
    with open(descriptor, encoding="utf-8") as file:
        return file.read()


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A cluster as a department runs it, on loopback."""
    folder = tmp_path_factory.mktemp("cluster")
    known = folder / "scheduler.json"
    os.mkfifo(known)
    scheduler = [
        sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
        "--scheduler-file", str(known),
    ]  # fmt: skip
    environ = {**environment(), "PYTHONPATH": str(ROOT)}
    with open(folder / "log", "wb") as log:
        quiet = {"stdout": log, "stderr": log, "env": environ, "cwd": folder}
        with subprocess.Popen(scheduler, **quiet) as first:  # type: ignore[call-overload]
            url = json.loads(_told(known))["address"]
            worker = [
                sys.executable, "-m", "distributed.cli.dask_worker", url, "--nworkers", "2", "--nthreads", "1",
                "--no-dashboard", "--local-directory", str(folder),
            ]  # fmt: skip
            with subprocess.Popen(worker, **quiet) as second:  # type: ignore[call-overload]
                yield Running(url, second.pid, folder)
                second.terminate()
            first.terminate()


@dataclass(frozen=True)
class Done:
    """A batch that was run in this process."""

    out: Path
    tally: Tally


def graded(folder: Path, programs: dict[str, str], cluster: Running | None, told: object = None) -> Done:
    """Grade a class with a process of this machine, or on a cluster."""
    out = folder / ("out" if cluster is None else "clustered")
    plan = Plan(
        hand_in(folder / "in", programs), out, COURSE, only=("exercise1",), jobs=1, seed=SEED, time_limit_s=3.0,
        seal="none", cluster=None if cluster is None else parse(cluster.url),
    )  # fmt: skip
    return Done(out, asyncio.run(run_batch(plan, told or (lambda tally: None))))  # type: ignore[arg-type]


def observed(out: Path) -> dict[str, set[tuple[str, str]]]:
    """The runs of every submission whose traces are kept."""
    with Store(out, create=False) as store:
        return {name: set(store.packed_traces(name)) for name in store.names()}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What this machine makes of the class."""
    return graded(tmp_path_factory.mktemp("undisturbed"), PROGRAMS, None).out


@needs_dask
def test_a_cluster_gives_what_this_machine_gives(cluster: Running, undisturbed: Path, tmp_path: Path) -> None:
    """Reports and lists are the same byte for byte apart from times; every run has its trace."""
    there = graded(tmp_path, PROGRAMS, cluster)
    assert there.tally.graded == len(PROGRAMS) and not there.tally.faults and not there.tally.notices
    assert timeless(there.out) == timeless(undisturbed)
    assert observed(there.out) == observed(undisturbed)
    assert sorted(p.name for p in (there.out / "reports").iterdir()) == sorted(f"{n}.html" for n in PROGRAMS)


@needs_dask
def test_killed_workers_cost_nobody_a_mark(cluster: Running, undisturbed: Path, tmp_path: Path) -> None:
    """SIGKILL of workers in the midst of it: each submission is graded once, as if nothing had been."""
    draw = random.Random(int(os.environ.get("GRADE_KILLS_SEED", KILLS)))
    moments = sorted(draw.sample(range(1, len(PROGRAMS) - 4), KILLS))
    seen: list[int] = []

    def told(tally: Tally) -> None:
        seen.append(tally.graded)
        if moments and tally.graded >= moments[0] and (workers := cluster.workers()):
            del moments[0]
            os.kill(draw.choice(workers), signal.SIGKILL)

    there = graded(tmp_path, PROGRAMS, cluster, told)
    assert not moments, "there was nobody left to kill"
    set_aside = {report["submission"]: report["exercises"][0]["fault"] for report in results(there.out)}
    assert not {name: why for name, why in set_aside.items() if why} and not there.tally.faults
    assert seen[-1] == there.tally.graded == len(PROGRAMS)
    assert timeless(there.out) == timeless(undisturbed)


@needs_dask
def test_what_ends_its_worker_is_set_aside_alone(cluster: Running, tmp_path: Path) -> None:
    """The neighbours are graded; what kills its own process or the cluster's worker has no mark and a fault of ours."""
    done = graded(tmp_path, {"ann": LIGHT, "bad": DEADLY, "cleo": LIGHT, "worse": DEADLIER}, cluster)
    reports = {report["submission"]: report["exercises"][0] for report in results(done.out)}
    assert {name: report["outcome"] for name, report in reports.items()} == {
        "ann": "graded", "bad": "error", "cleo": "graded", "worse": "error",
    }  # fmt: skip
    assert all("with nothing else to do" in reports[name]["fault"] for name in ("bad", "worse"))
    assert done.tally.faults == 2 and done.tally.graded == 4


@needs_dask
def test_a_batch_that_was_killed_goes_on(cluster: Running, undisturbed: Path, tmp_path: Path) -> None:
    """The coordinator dies by SIGKILL with work under way; the same command grades the rest, with the same marks."""
    os.mkfifo(tmp_path / "begun")
    tells = (
        "import os\n"
        "try:\n"
        f"    os.write(os.open({str(tmp_path / 'begun')!r}, os.O_WRONLY | os.O_NONBLOCK), b'.')\n"
        "except OSError:\n"
        "    pass\n"
    )
    programs = {"ann": CLASS["ann"], "ben": CLASS["ben"], "zed": tells + LIGHT}
    hand_in(tmp_path / "in", programs)
    line = command(tmp_path / "in", tmp_path / "clustered", "--cluster", cluster.url)
    begun = os.open(tmp_path / "begun", os.O_RDONLY | os.O_NONBLOCK)
    try:
        with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment()) as process:
            assert select.select([begun], [], [], 60)[0]
            process.kill()
    finally:
        os.close(begun)
    assert not (tmp_path / "clustered" / "results.jsonl").exists()
    again = graded(tmp_path, programs, cluster)
    assert again.tally.graded + again.tally.unchanged == 3
    known = {report["submission"]: report["score"] for report in results(undisturbed)}
    scores = [report["score"] for report in results(again.out)]
    assert scores[:2] == [known["ann"], known["ben"]] and len(scores) == 3


@needs_dask
@pytest.mark.parametrize(("name", "ours"), [("grader", "9.8.7"), ("python", "3.9")])
def test_a_worker_of_another_version_is_refused_before_it_gets_anything(
    cluster: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, ours: str
) -> None:
    """Both versions are named, and no program leaves this machine."""
    sent: list[object] = []
    monkeypatch.setattr(admission, "here", lambda: replace(here(), **{name: ours}))
    monkeypatch.setattr(engine, "submission_frame", lambda submission: sent.append(submission) or b"")
    there = getattr(here(), name)
    with pytest.raises(PoolError, match=rf"The worker tcp://127\S+ has {name} {there} there, {ours} here"):
        graded(tmp_path, {"ann": LIGHT}, cluster)
    assert not sent


def test_a_worker_without_the_package_is_asked_nothing_that_it_could_not_read() -> None:
    """What a worker cannot import ends it, so the first question is of the standard library alone."""
    asked: list[str] = []

    class Bare:
        async def ask(self, address: str, what: Callable[..., object], *arguments: object) -> object:
            asked.append(what.__module__)
            raise AskError("ModuleNotFoundError: No module named 'grader'")

    batch = admission.Batch("b", CourseBundle("course", {}), Orders((), 1, Limits()))
    answer = asyncio.run(admission.admission(Bare(), "tcp://a:1", 1, batch))  # type: ignore[arg-type]
    assert isinstance(answer, admission.Refused) and "No module named 'grader'" in answer.reason
    assert asked == ["pkgutil"]


@needs_dask
def test_a_worker_whose_course_was_changed_is_refused(cluster: Running, tmp_path: Path) -> None:
    """A worker's own copy of the course is compared before it grades; both versions are named."""
    pattern = "grade-course-*/course/course.yaml"
    if not (changed := [*cluster.scratch.rglob(pattern)]):
        graded(tmp_path, {"ann": LIGHT}, cluster)
        changed = [*cluster.scratch.rglob(pattern)]
    assert changed
    for path in changed:
        path.write_text(path.read_text(encoding="utf-8").replace("title:", "title: changed", 1), encoding="utf-8")
    try:
        with pytest.raises(PoolError, match=r"has version \w+ of the course there, \w+ here"):
            graded(tmp_path, {"ann": LIGHT, "ben": LIGHT}, cluster)
    finally:
        for path in changed:
            path.write_text(path.read_text(encoding="utf-8").replace("title: changed", "title:", 1), encoding="utf-8")


@needs_dask
def test_a_trial_on_this_machine_says_nothing_of_dask(tmp_path: Path) -> None:
    """`local:1` grades sealed by TLS where that is possible, and no log comes to the terminal."""
    hand_in(tmp_path / "in", {"ann": SWAPPED})
    line = command(tmp_path / "in", tmp_path / "out", "--cluster", "local:1")
    done = subprocess.run(line, capture_output=True, text=True, timeout=240, cwd=tmp_path, env=environment())
    assert done.returncode == 0 and not done.stderr
    assert "1 graded" in done.stdout and "distributed" not in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]


@needs_dask
@pytest.mark.parametrize("url", ["tcp://127.0.0.1:9", "tls://127.0.0.1:9", "tcp://192.0.2.1:9"])
def test_a_scheduler_that_is_not_there_is_said_in_one_line(tmp_path: Path, url: str) -> None:
    """The address is named, also where it wants certificates that are not there; an open one is warned of before."""
    from dask import config

    said: list[str] = []
    with config.set({"distributed.comm.timeouts.connect": "100ms"}), pytest.raises(PoolError) as raised:
        graded(
            tmp_path,
            {"ann": LIGHT},
            Running(url, 0, tmp_path),
            lambda tally: said.__setitem__(slice(None), tally.notices),
        )
    assert f"No scheduler can be reached at {url}" in str(raised.value) and "\n" not in str(raised.value)
    assert len(said) == ("192.0.2.1" in url) and all("not sealed by TLS" in each for each in said)


def test_without_the_extra_one_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing package is a matter of the command line."""
    hand_in(tmp_path / "in", {"ann": LIGHT})
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, package=None: None if name == "distributed" else True)
    status = main(["bulk", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--cluster", "local:2"])
    said = capsys.readouterr().err
    assert status == 2 and "python -m pip install -e '.[bulk,cluster]'" in said and said.count("\n") == 1


@pytest.mark.parametrize(
    "text", ["scheduler:8786", "tcp://scheduler", "local:0", "local:", "http://a:1", "tcp://a:b", "tcp://a:1/x"]
)
def test_what_is_no_address_is_said(text: str) -> None:
    """The three forms that there are stand in the error."""
    with pytest.raises(AddressError, match=r"tcp://HOST:PORT or tls://HOST:PORT .* local:N"):
        parse(text)


def test_addresses_are_read() -> None:
    """A scheduler's address stays as it is; a local trial has a number."""
    assert parse("tcp://scheduler:8786/") == Address("tcp://scheduler:8786")
    assert parse("tls://[::1]:8786") == Address("tls://[::1]:8786")
    assert parse("local:12") == Address("local:12", 12)


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("tcp://10.0.0.7:8786", True), ("tcp://scheduler:8786", True), ("tcp://127.0.0.1:8786", False),
        ("tcp://localhost:8786", False), ("tcp://[::1]:8786", False), ("tls://10.0.0.7:8786", False),
        ("local:2", False),
    ],
)  # fmt: skip
def test_a_port_that_others_can_reach_is_called_open(url: str, found: bool) -> None:
    """TLS and loopback are closed; a name may be anybody's."""
    assert is_open(url) is found


def test_versions_are_compared_one_by_one() -> None:
    """What differs is named with both; what is the same is not."""
    ours = Versions("1.0.0", "abc", "3.11", "2.0.0")
    assert not differences(ours, ours)
    (found,) = differences(ours, replace(ours, python="3.12"))
    assert found == "python 3.12 there, 3.11 here"
