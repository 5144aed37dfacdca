"""A class graded as an instructor does it: resumed, killed, interrupted, with workers that die."""

from __future__ import annotations

import csv
import os
import random
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from grader.bulk.batch import Tally
from grader.commands.batch_shown import BatchShown
from tests.bulk.handed_in import (
    CLASS,
    DEADLY,
    HANGS,
    RIGHT,
    ROOT,
    SWAPPED,
    bulk,
    command,
    environment,
    hand_in,
    results,
    timeless,
)

LINUX = sys.platform.startswith("linux")
KILLS = int(os.environ.get("GRADE_KILLS", "5"))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class graded in one go by one worker; its folder holds `in` and `out`."""
    folder = tmp_path_factory.mktemp("undisturbed")
    hand_in(folder / "in", CLASS)
    done = bulk(folder / "in", folder / "out", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    return folder


def test_everybody_gets_a_row_a_report_and_a_page(undisturbed: Path) -> None:
    """All lists hold every submission once, in the order of the intake."""
    out = undisturbed / "out"
    names = sorted(CLASS)
    assert [report["submission"] for report in results(out)] == names
    with open(out / "grades.csv", newline="", encoding="utf-8") as file:
        assert [row["submission"] for row in csv.DictReader(file)] == names
    assert sorted(page.stem for page in (out / "reports").iterdir()) == names
    assert "<script" in (out / "index.html").read_text(encoding="utf-8")


def test_marks_are_those_of_the_programs(undisturbed: Path) -> None:
    """The right program has all points, the others lose theirs where they are wrong."""
    by_name = {report["submission"]: report for report in results(undisturbed / "out")}
    assert by_name["ann"]["score"] == by_name["ann"]["max_score"]
    assert by_name["ben"]["score"] < by_name["ann"]["score"]
    named = {check["misconception"] for exercise in by_name["ben"]["exercises"] for check in exercise["checks"]}
    assert "prices-swapped" in named
    assert {report["sandbox"] for report in by_name.values()} == {"none"}


def test_a_page_of_a_class_never_sends_its_reader_to_another_folder(undisturbed: Path) -> None:
    """The command that repeats a run says that a folder has to be named; without one it would grade `starter`."""
    page = (undisturbed / "out" / "reports" / "ben.html").read_text(encoding="utf-8")
    commands = re.findall(r"<code>(python grade\.py exercise1 [^<]*)</code>([^<]*)", page)
    assert commands and set(commands) == {
        ("python grade.py exercise1 --submission FOLDER --seed 77", " (FOLDER is where these files are)")
    }


def test_what_is_graded_and_unchanged_is_not_run_again(undisturbed: Path, tmp_path: Path) -> None:
    """A second batch runs what is new or changed, and nothing else."""
    hand_in(tmp_path / "in", {"ann": RIGHT, "ben": SWAPPED})
    assert "2 graded" in bulk(tmp_path / "in", tmp_path / "out").stdout
    before = {report["submission"]: report["graded_at"] for report in results(tmp_path / "out")}
    again = bulk(tmp_path / "in", tmp_path / "out", seed=None)
    assert "0 graded" in again.stdout and "2 unchanged" in again.stdout and again.returncode == 0
    hand_in(tmp_path / "in", {"ben": RIGHT, "cora": SWAPPED})
    third = bulk(tmp_path / "in", tmp_path / "out", seed=None)
    assert "2 graded" in third.stdout and "1 unchanged" in third.stdout
    reports = {report["submission"]: report for report in results(tmp_path / "out")}
    assert reports["ann"]["graded_at"] == before["ann"]
    assert reports["ben"]["score"] == reports["ann"]["score"]
    assert {report["seed"] for report in reports.values()} == {77}


def test_another_seed_is_refused_unless_all_is_graded_anew(undisturbed: Path) -> None:
    """One class is measured by one seed."""
    refused = bulk(undisturbed / "in", undisturbed / "out", seed=5)
    assert refused.returncode == 2 and "--fresh" in refused.stderr and refused.stderr.count("\n") == 1


def test_a_folder_with_another_database_is_a_matter_of_the_command_line(tmp_path: Path) -> None:
    """What OUT holds is not the grader's fault: one line, exit status 2."""
    hand_in(tmp_path / "in", {"ann": RIGHT})
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "grades.db").write_bytes(b"no database" * 99)
    refused = bulk(tmp_path / "in", tmp_path / "out")
    assert refused.returncode == 2 and "--fresh" in refused.stderr and refused.stderr.count("\n") == 1


@pytest.mark.parametrize("jobs", [2, 8])
def test_the_number_of_workers_changes_nothing(undisturbed: Path, tmp_path: Path, jobs: int) -> None:
    """The same class and seed give the same reports and lists, byte for byte apart from times."""
    done = bulk(undisturbed / "in", tmp_path / "out", "--jobs", str(jobs))
    assert done.returncode == 0, done.stderr
    assert timeless(tmp_path / "out") == timeless(undisturbed / "out")


def test_a_batch_that_was_killed_again_and_again_ends_like_one_that_was_not(undisturbed: Path, tmp_path: Path) -> None:
    """SIGKILL at random moments loses at most what was in flight, and doubles nothing.

    A batch that comes to its end between two kills is compared, and the next one begins anew.
    """
    draw = random.Random(5)
    killed = batches = 0
    while killed < KILLS:
        out = tmp_path / f"out{batches}"
        line = command(undisturbed / "in", out, "--jobs", "2")
        with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
            try:
                # Before 0.9 s no batch is done: the SDK's import takes longer.
                process.communicate(timeout=draw.uniform(0.3, 4.0 if killed else 0.9))
            except subprocess.TimeoutExpired:
                process.kill()
                killed += 1
                continue
        assert process.returncode == 0
        assert timeless(out) == timeless(undisturbed / "out")
        batches += 1
    done = bulk(undisturbed / "in", tmp_path / f"out{batches}", "--jobs", "2")
    assert done.returncode == 0, done.stderr
    assert timeless(tmp_path / f"out{batches}") == timeless(undisturbed / "out")


def test_two_batches_side_by_side_say_the_same(undisturbed: Path, tmp_path: Path) -> None:
    """A batch that shares the machine with another gives the same reports and lists."""
    outs = [tmp_path / "one", tmp_path / "other"]
    lines = [command(undisturbed / "in", out, "--jobs", "2") for out in outs]
    running = [subprocess.Popen(line, stdout=subprocess.PIPE, env=environment()) for line in lines]
    assert [process.communicate(timeout=240) and process.returncode for process in running] == [0, 0]
    assert timeless(outs[0]) == timeless(outs[1]) == timeless(undisturbed / "out")


def test_programs_that_do_several_things_at_once_give_the_same_results_each_time(tmp_path: Path) -> None:
    """Whatever of two threads comes first, a report of the results is the same to the letter."""
    threads = ROOT / "tests" / "submissions" / "exercise2" / "thread_pool_counts" / "exercise2.py"
    for name in ("ann", "ben", "cleo", "dan"):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "exercise2.py").write_bytes(threads.read_bytes())
    found = []
    for jobs in ("1", "2", "8"):
        done = bulk(tmp_path / "in", tmp_path / jobs, "--only", "exercise2", "--jobs", jobs)
        assert done.returncode == 0, done.stderr
        found += [report["exercises"][1] | {"traces": None} for report in results(tmp_path / jobs)]
    assert found[0]["outcome"] == "graded" and all(exercise == found[0] for exercise in found)


@pytest.mark.skipif(os.name == "nt", reason="there, Ctrl-C cannot be sent to one process")
def test_ctrl_c_stops_cleanly_and_says_how_to_go_on(tmp_path: Path) -> None:
    """An interrupted batch leaves one line, no traceback and no process; the same command goes on."""
    hand_in(tmp_path / "in", {"ann": RIGHT, "zed": HANGS})
    line = command(tmp_path / "in", tmp_path / "out", "--jobs", "1")
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    ) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.communicate(timeout=3)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Run the same command again" in " ".join(said.split()) and "Traceback" not in said
    assert "2 submissions" in bulk(tmp_path / "in", tmp_path / "out").stdout


def test_two_batches_into_one_folder_do_not_mix(tmp_path: Path) -> None:
    """The second says that there is another and stops with one line."""
    from grader.bulk.lock import Lock

    hand_in(tmp_path / "in", {"ann": RIGHT})
    (tmp_path / "out").mkdir()
    with Lock(tmp_path / "out"):
        second = bulk(tmp_path / "in", tmp_path / "out")
    assert second.returncode == 2
    assert "Another bulk" in second.stderr and len(second.stderr.strip().splitlines()) == 1


@pytest.mark.linux
@pytest.mark.skipif(not LINUX, reason="needs a Linux kernel")
def test_a_submission_that_ends_its_worker_twice_is_set_aside_alone(tmp_path: Path) -> None:
    """Its neighbours are graded; it has a fault of the grader's, no mark, and the exit status says so."""
    hand_in(tmp_path / "in", {"ann": RIGHT, "bad": DEADLY, "cleo": RIGHT, "dan": SWAPPED})
    done = bulk(tmp_path / "in", tmp_path / "out", "--jobs", "2")
    assert done.returncode == 3, done.stderr
    reports = {report["submission"]: report for report in results(tmp_path / "out")}
    assert [reports["bad"]["exercises"][0]["outcome"], reports["bad"]["score"]] == ["error", 0.0]
    assert all(reports[name]["exercises"][0]["outcome"] == "graded" for name in ("ann", "cleo", "dan"))
    with open(tmp_path / "out" / "grades.csv", newline="", encoding="utf-8") as file:
        rows = {row["submission"]: row for row in csv.DictReader(file)}
    assert [rows["bad"]["status"], rows["bad"]["score"]] == ["error", ""]


def test_what_cannot_be_read_gets_its_row(tmp_path: Path) -> None:
    """An archive in the folder and an empty folder are missing work, not the end of the batch."""
    hand_in(tmp_path / "in", {"ann": RIGHT})
    (tmp_path / "in" / "ben.zip").write_bytes(b"PK\x03\x04")
    (tmp_path / "in" / "cleo").mkdir()
    done = bulk(tmp_path / "in", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    outcomes = [report["exercises"][0]["outcome"] for report in results(tmp_path / "out")]
    assert outcomes == ["graded", "missing", "missing"]
    assert "archive" in results(tmp_path / "out")[1]["exercises"][0]["fault"]


def test_what_could_not_be_taken_in_is_said_at_the_end_with_its_reason(tmp_path: Path) -> None:
    """Broken, empty, misnamed or without any exercise: named; what was just not handed in is counted, no more."""
    hand_in(tmp_path / "in", {"ann": RIGHT})
    (tmp_path / "in" / "ben.zip").write_bytes(b"PK\x03\x04")
    for name, files in {"cleo": [], "dan": ["Exercise1.py"], "eve": ["notes.docx"], "finn": ["exercise2.py"]}.items():
        (tmp_path / "in" / name).mkdir()
        for file in files:
            (tmp_path / "in" / name / file).write_text(RIGHT, encoding="utf-8")
    (tmp_path / "in" / "gus.py").write_text(RIGHT, encoding="utf-8")
    done = bulk(tmp_path / "in", tmp_path / "out")
    said = " ".join(done.stdout.split())
    assert done.returncode == 0, done.stderr
    assert "Not graded, because nothing says whose they are (1): gus.py." in said
    assert "4 submissions could not be taken in" in said and "Not handed in: exercise1 by 1" in said
    assert "ben: The archive ben.zip is refused" in said and "cleo: cleo is an empty folder." in said
    assert "an Exercise1.py: the name must be exercise1.py" in said
    assert "eve: None of its files is an exercise (notes.docx)." in said
    assert "ann:" not in said and "finn:" not in said


def test_a_program_with_two_scores_is_named(tmp_path: Path) -> None:
    """Run twice, a submission that scores differently is reported as such; a steady one is not."""
    worn = (
        "import sys\n"
        f"with open({str(tmp_path / 'starts')!r}, 'a+b') as starts:\n"
        "    starts.write(b'.')\n"
        "    if starts.tell() > 3:\n"
        "        sys.exit(5)\n"
    )
    hand_in(tmp_path / "in", {"ann": RIGHT, "worn": worn + RIGHT})
    done = bulk(tmp_path / "in", tmp_path / "out", "--twice")
    said = " ".join(done.stdout.split())
    assert "worn came out differently when run twice" in said
    assert "ann came out" not in said


def test_a_folder_without_submissions_is_no_class(tmp_path: Path) -> None:
    """An empty folder is a wrong path, said in one line."""
    (tmp_path / "in").mkdir()
    done = bulk(tmp_path / "in", tmp_path / "out")
    assert done.returncode == 2 and "holds no submission" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_random_passes_and_failures_are_named_for_a_look(undisturbed: Path) -> None:
    """--sample names as many of each as were asked for, with their pages."""
    done = bulk(undisturbed / "in", undisturbed / "out", "--sample", "2", seed=None)
    said = done.stdout.split("Look at these, which ")
    assert [part.split(":")[0] for part in said[1:]] == ["passed", "failed"]
    assert all(part.replace("\n", "").count(".html") >= 2 for part in said[1:])


@pytest.mark.linux
@pytest.mark.skipif(not LINUX or not os.path.exists("/dev/full"), reason="needs a full device")
def test_a_full_disk_is_said(undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that finds no room ends the batch with the next step; what is graded before stays."""
    import asyncio

    from grader.bulk import batch
    from grader.bulk.store import Store, StoreError
    from tests.bulk.handed_in import COURSE, SEED

    written: list[Path] = []

    def write(path: Path, page: bytes) -> None:
        if len(written) == 2:
            path = Path("/dev/full")
        path.write_bytes(page)
        written.append(path)

    monkeypatch.setattr(batch, "write_page", write)
    plan = batch.Plan(
        undisturbed / "in", tmp_path / "out", COURSE, only=("exercise1",), seed=SEED, time_limit_s=3.0, seal="none"
    )
    with pytest.raises(StoreError, match=r"The disk is full.*run the same command again"):
        asyncio.run(batch.run_batch(plan, lambda tally: None))
    with Store(tmp_path / "out", create=False) as store:
        assert len(store.names()) == 2
    done = bulk(undisturbed / "in", tmp_path / "out")
    assert "4 graded" in done.stdout and "2 unchanged" in done.stdout
    assert timeless(tmp_path / "out") == timeless(undisturbed / "out")


def test_a_log_gets_a_line_for_each_tenth_of_a_large_class(capsys: pytest.CaptureFixture[str]) -> None:
    """Where no bar can be drawn, somebody who reads along sees how far it is; a few submissions need no lines."""
    for total in (200, 20):
        with BatchShown(lambda *lines, **_: print(*lines)) as shown:
            for graded in range(total + 1):
                shown(Tally(total=total, graded=graded))
    assert capsys.readouterr().out.splitlines() == [f"{done} of 200 submissions" for done in range(20, 201, 20)]
