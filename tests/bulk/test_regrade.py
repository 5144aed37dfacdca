"""Judging again: whose mark changes, what is written, and what old traces cannot say."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from grader.bulk.store import Store
from tests.bulk.handed_in import COURSE, CRASHES, RIGHT, ROOT, SWAPPED, bulk, environment, hand_in, results


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three graded submissions and a course of their own; the folder holds `in`, `out`, `course` and `fixtures`."""
    folder = tmp_path_factory.mktemp("graded")
    shutil.copytree(COURSE, folder / "course")
    shutil.copytree(ROOT / "fixtures", folder / "fixtures")
    hand_in(folder / "in", {"ann": RIGHT, "ben": SWAPPED, "cleo": CRASHES})
    done = bulk(folder / "in", folder / "out", "--course", str(folder / "course"))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def place(graded: Path, tmp_path: Path) -> Path:
    """A copy of the graded class that a test may change."""
    shutil.copytree(graded, tmp_path / "class")
    return tmp_path / "class"


def regrade(place: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    line = [sys.executable, str(ROOT / "grade.py"), "regrade", str(place / "out"), "--course", str(place / "course")]
    return subprocess.run([*line, *more], capture_output=True, text=True, timeout=120, env=environment())


def edit(path: Path, old: str, new: str) -> None:
    """Replace one place of a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def two_points_more(place: Path) -> None:
    """Let the check of the printed cost give two points more."""
    edit(
        place / "course" / "exercise1" / "exercise.yaml",
        "check: cost.cost_printed\n    points: 2",
        "check: cost.cost_printed\n    points: 4",
    )


def test_an_unchanged_course_changes_nothing(place: Path) -> None:
    """The stored traces give the reports that the runs gave, to the letter."""
    before = (place / "out" / "results.jsonl").read_bytes()
    done = regrade(place, "--yes")
    said = " ".join(done.stdout.split())
    assert said.startswith(
        "Nothing is to be judged again: all 3 submissions were judged by this very course and grader."
    )
    assert (place / "out" / "results.jsonl").read_bytes() == before


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_new_points_are_shown_before_they_are_written(place: Path, jobs: str) -> None:
    """Without --yes nothing changes; with it, marks, lists and pages do, and bulk has nothing to do after that."""
    two_points_more(place)
    before = (place / "out" / "results.jsonl").read_bytes()
    shown = " ".join(regrade(place, "--jobs", jobs).stdout.split())
    assert "ann: 10 → 12 (+2)" in shown and "add --yes" in shown
    assert (place / "out" / "results.jsonl").read_bytes() == before
    assert regrade(place, "--yes", "--jobs", jobs).returncode == 0
    by_name = {report["submission"]: report for report in results(place / "out")}
    assert [by_name["ann"]["score"], by_name["ann"]["max_score"], by_name["cleo"]["max_score"]] == [12, 12, 12]
    assert by_name["ben"]["score"] < 12
    again = bulk(place / "in", place / "out", "--course", str(place / "course"), seed=None)
    assert "0 graded" in again.stdout and "3 unchanged" in again.stdout


def test_a_maximum_that_alone_has_moved_is_said_once(place: Path) -> None:
    """Who loses or gains nothing is not listed with +0; whose points change is, and why."""
    two_points_more(place)
    shown = " ".join(regrade(place).stdout.split())
    assert shown.count("The maximum is 12 points now, and was 10 (3 submissions).") == 1
    assert "Of 2 submissions nothing but the maximum changes." in shown and "1 mark changes" in shown
    assert "(+0)" not in shown and "ben:" not in shown and "cleo:" not in shown


def test_new_words_are_no_new_mark(place: Path) -> None:
    """A reworded title changes reports and pages, and nobody's points."""
    edit(place / "course" / "exercise1" / "exercise.yaml", "title: ", "title: Anew: ".replace("Anew: ", "Anew, "))
    done = " ".join(regrade(place, "--yes").stdout.split())
    assert "0 marks change, 3 in words alone" in done
    assert all(report["exercises"][0]["title"].startswith("Anew, ") for report in results(place / "out"))


def test_traces_that_lack_a_scenario_are_named_and_not_guessed(place: Path) -> None:
    """Where a trace is needed and missing, the old mark is kept, and that is said."""
    with sqlite3.connect(place / "out" / "grades.db") as db:
        db.execute("DELETE FROM traces WHERE submission = 'ann' AND scenario = 'varied'")
        db.execute("DELETE FROM verdicts WHERE submission = 'ann'")
    db.close()
    two_points_more(place)
    done = " ".join(regrade(place, "--yes").stdout.split())
    assert "no stored trace of varied" in done and "ann" in done
    by_name = {report["submission"]: report for report in results(place / "out")}
    assert [by_name["ann"]["score"], by_name["ann"]["max_score"], by_name["cleo"]["max_score"]] == [10, 10, 12]
    again = bulk(place / "in", place / "out", "--course", str(place / "course"), seed=None)
    assert "1 graded" in again.stdout and "2 unchanged" in again.stdout


def test_other_fixtures_need_other_runs(place: Path) -> None:
    """Traces of other fixtures say nothing of today's: all keep their marks, and the reason is given."""
    edit(place / "fixtures" / "exercise1.yaml", "\n", "\n# another recording\n")
    two_points_more(place)
    done = " ".join(regrade(place).stdout.split())
    assert "Nothing changes" in done and "run bulk again (3:" in done


def test_a_folder_that_bulk_has_not_written_is_named(tmp_path: Path) -> None:
    """Another folder is one line and exit status 2."""
    (tmp_path / "out").mkdir()
    line = [sys.executable, str(ROOT / "grade.py"), "regrade", str(tmp_path / "out"), "--course", str(COURSE)]
    done = subprocess.run(line, capture_output=True, text=True, env=environment())
    assert done.returncode == 2 and "grades.db" in done.stderr and "Traceback" not in done.stderr


def test_a_folder_in_which_nothing_is_graded_yet_is_said_so(tmp_path: Path) -> None:
    """A batch that was ended before its first grade leaves a store without any."""
    (tmp_path / "out").mkdir()
    with Store(tmp_path / "out"):
        pass
    line = [sys.executable, str(ROOT / "grade.py"), "regrade", str(tmp_path / "out"), "--course", str(COURSE)]
    done = subprocess.run(line, capture_output=True, text=True, env=environment())
    assert (done.returncode, done.stdout) == (0, "No submission has been graded into this folder.\n")


def test_points_are_given_anew_without_a_look_at_the_traces(place: Path) -> None:
    """Where only points or words change, the kept verdicts are enough, also without the traces."""
    with sqlite3.connect(place / "out" / "grades.db") as db:
        db.execute("DELETE FROM traces")
    db.close()
    two_points_more(place)
    done = " ".join(regrade(place, "--yes").stdout.split())
    assert "ann: 10 → 12 (+2)" in done and "no stored trace" not in done


def test_another_price_needs_the_traces_and_no_run(place: Path) -> None:
    """Prices decide what is right: the traces are judged again, and a program that was right is wrong now."""
    edit(place / "course" / "course.yaml", 'output_usd: "5.00"', 'output_usd: "6.00"')
    done = " ".join(regrade(place, "--yes").stdout.split())
    assert "ann: 10 → " in done and "cost_function: passed (2), now failed (0)" in done


def test_a_check_of_ones_own_is_judged_alone(place: Path) -> None:
    """A new check of an exercise's own gives its points, and no other check is asked again."""
    exercise = place / "course" / "exercise1" / "exercise.yaml"
    text = exercise.read_text(encoding="utf-8")
    first = text[text.index("  - name: ") : text.index("  - name: ", text.index("  - name: ") + 1)]
    own = re.sub(r"(?m)^(  - name|    check): .*$", r"\1: checks.short", first).replace("- name: checks.", "- name: ")
    exercise.write_text(text.replace(first, first + own, 1), encoding="utf-8")
    (place / "course" / "exercise1" / "checks.py").write_text(
        "from grader.checks.verdict import failed, passed\n\n\n"
        "def short(case):\n"
        "    long = len(case.trace.stdout) > 1000\n"
        '    return failed("It prints too much.") if long else passed()\n',
        encoding="utf-8",
    )
    with sqlite3.connect(place / "out" / "grades.db") as db:
        (said,) = db.execute("SELECT said FROM verdicts WHERE submission = 'ann'").fetchone()
        marked = zlib.decompress(said).replace(b'"observed": "exit status 0"', b'"observed": "kept as it was"')
        assert marked != zlib.decompress(said)
        db.execute("UPDATE verdicts SET said = ? WHERE submission = 'ann'", (zlib.compress(marked),))
    db.close()
    done = " ".join(regrade(place, "--yes").stdout.split())
    assert "exercise1.short: not there, now passed" in done
    assert "kept as it was" in (place / "out" / "results.jsonl").read_text(encoding="utf-8")
    again = " ".join(regrade(place).stdout.split())
    assert "Nothing is to be judged again" in again


def test_a_check_that_fails_in_itself_is_named_and_the_others_are_judged(place: Path) -> None:
    """A fault of a check on one submission's traces keeps that mark; everybody else gets the new one."""
    own = "def calm(case):\n    if 'zero' in case.trace.stderr.decode():\n        raise KeyError('no such thing')\n"
    own += "    from grader.checks.verdict import passed\n    return passed()\n"
    (place / "course" / "exercise1" / "checks.py").write_text(own, encoding="utf-8")
    edit(place / "course" / "exercise1" / "exercise.yaml", "check: program.calls_api", "check: checks.calm")
    two_points_more(place)
    done = regrade(place, "--yes")
    said = " ".join(done.stdout.split())
    assert done.returncode == 0 and "ann: 10 → 12 (+2)" in said
    assert "exercise1: the grader failed while judging it (KeyError: 'no such thing')" in said
    assert "its marks stay as they were (1: cleo)" in said
    by_name = {report["submission"]: report for report in results(place / "out")}
    assert [by_name["ann"]["max_score"], by_name["cleo"]["max_score"]] == [12, 10]


def test_programs_that_other_code_has_run_are_named(place: Path) -> None:
    """Traces of a grader whose running code was another one are judged, and the difference is said."""
    with sqlite3.connect(place / "out" / "grades.db") as db:
        db.execute("UPDATE submissions SET grader = '1.0.0 running:0 judging:0' WHERE name = 'ben'")
    db.close()
    done = " ".join(regrade(place, "--yes").stdout.split())
    assert "2 judged by this very course and grader already, 1 judged again" in done
    assert "run by another version of the grader" in done and "(1: ben)" in done
    again = bulk(place / "in", place / "out", "--course", str(place / "course"), seed=None)
    assert "1 graded" in again.stdout and "2 unchanged" in again.stdout


def test_what_lateness_costs_runs_and_judges_nobody_anew(place: Path) -> None:
    """A changed policy for late work is no reason to run a program, nor to judge it."""
    with (place / "course" / "course.yaml").open("a", encoding="utf-8") as file:
        file.write("\nlateness:\n  percent_per_day: 10\n")
    assert "all 3 submissions were judged by this very course" in " ".join(regrade(place).stdout.split())
    again = bulk(place / "in", place / "out", "--course", str(place / "course"), seed=None)
    assert "0 graded" in again.stdout and "3 unchanged" in again.stdout


def test_runs_outlive_a_check_that_fails_on_them(place: Path, tmp_path: Path) -> None:
    """A check that fails in itself costs the mark, not the runs: once it is mended, no program has to run again."""
    exercise = place / "course" / "exercise1"
    own = "from grader.checks.verdict import passed\n\n\ndef calm(case):\n    BROKEN\n    return passed()\n"
    (exercise / "checks.py").write_text(own, encoding="utf-8")
    edit(exercise / "exercise.yaml", "check: program.calls_api", "check: checks.calm")
    done = bulk(place / "in", tmp_path / "out", "--course", str(place / "course"))
    assert done.returncode == 3 and "3 graded" in done.stdout
    faults = {report["exercises"][0]["fault"] for report in results(tmp_path / "out")}
    assert len(faults) == 1 and "A check failed on what was seen (NameError" in faults.pop()
    edit(exercise / "checks.py", "    BROKEN\n", "")
    shutil.rmtree(place / "out")
    shutil.move(tmp_path / "out", place / "out")
    assert "ann: 0 → 10 (+10)" in " ".join(regrade(place, "--yes").stdout.split())
    again = bulk(place / "in", place / "out", "--course", str(place / "course"), seed=None)
    assert again.returncode == 0 and "0 graded" in again.stdout and "3 unchanged" in again.stdout


def test_all_is_kept_or_nothing(place: Path) -> None:
    """Where judging again is stopped before its end, marks and pages are those of before, and nothing lies about."""
    from grader.bulk.regrade import regraded
    from grader.bulk.store import Store
    from grader.course import Course

    def kept() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (place / "out" / "reports").iterdir()}

    two_points_more(place)
    before = kept()
    with Store(place / "out", create=False) as store:
        reports = [row.report for row in store.rows()]
        with pytest.raises(KeyboardInterrupt), regraded(store, Course(place / "course"), keep=True) as result:
            assert len(result.changes) == 3
            raise KeyboardInterrupt
        assert [row.report for row in store.rows()] == reports
    assert kept() == before
    assert regrade(place, "--yes").returncode == 0
    assert kept().keys() == before.keys() and kept() != before


def pages(place: Path) -> dict[str, bytes]:
    """Every file among the pages."""
    return {path.name: path.read_bytes() for path in (place / "out" / "reports").iterdir()}


def drop_drawings(place: Path) -> None:
    """Leave nothing of what is kept of pages, as in a store that an earlier version has written."""
    with sqlite3.connect(place / "out" / "grades.db") as db:
        db.execute("DELETE FROM drawings")
    db.close()


CHANGES = {
    "points": ("exercise1/exercise.yaml", "cost_printed\n    points: 2", "cost_printed\n    points: 4"),
    "a title": ("exercise1/exercise.yaml", "title: ", "title: Anew, "),
    "a mistake's title": ("misconceptions.yaml", "title: ", "title: Anew, "),
    "a mistake's hint": ("misconceptions.yaml", "    - ", "    - Anew, "),
    "the lesson": ("lesson.md", "\n## ", "\nAnew.\n\n## "),
    "a price": ("course.yaml", '"15.00"', '"16.00"'),
}


@pytest.mark.parametrize("change", CHANGES)
def test_pages_of_kept_drawings_are_those_of_new_ones(place: Path, tmp_path: Path, change: str) -> None:
    """Whatever of a course changes, a page shows nothing of before: it is what it would be without anything kept."""
    file, old, new = CHANGES[change]
    edit(place / "course" / file, old, new)
    edit(place / "course" / "course.yaml", "title: ", "title: Anew, ")  # a lesson alone changes no version
    other = tmp_path / "other"
    shutil.copytree(place, other)
    drop_drawings(other)
    assert regrade(place, "--yes", "--jobs", "1").returncode == regrade(other, "--yes", "--jobs", "2").returncode == 0
    assert pages(place) == pages(other)
    assert (place / "out" / "results.jsonl").read_bytes() == (other / "out" / "results.jsonl").read_bytes()


def test_a_page_that_is_the_same_is_not_written(place: Path) -> None:
    """Other checks that say the same of everybody leave every page as it lies there."""
    exercise = place / "course" / "exercise1"
    (exercise / "checks.py").write_text("# no check of its own yet\n", encoding="utf-8")
    before = {path: path.stat().st_mtime_ns for path in (place / "out" / "reports").iterdir()}
    done = " ".join(regrade(place, "--yes").stdout.split())
    assert "3 judged again" in done
    assert {path: path.stat().st_mtime_ns for path in (place / "out" / "reports").iterdir()} == before


def test_pages_of_a_regrade_that_was_killed_are_written_later(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed when marks are kept and pages not yet in their places: the next writing of the lists puts them there."""
    from grader.bulk import regrade as judging
    from grader.bulk.outputs import write_outputs
    from grader.bulk.store import Store
    from grader.course import Course

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    two_points_more(place)
    before = pages(place)
    with Store(place / "out", create=False) as store:
        with monkeypatch.context() as patch:
            patch.setattr(judging.os, "replace", killed)
            with pytest.raises(KeyboardInterrupt), judging.regraded(store, Course(place / "course"), keep=True):
                pass
        assert pages(place) == before and store.unwritten == {"ann", "ben", "cleo"}
        write_outputs(store, place / "out", Course(place / "course"))
        assert not store.unwritten
    after = pages(place)
    assert all(after[name] != before[name] for name in before)
    assert b"of 12 points" in after["ann.html"]


def test_any_number_of_processes_writes_the_same(place: Path, tmp_path: Path) -> None:
    """One process, two, eight: the same lists and pages."""
    two_points_more(place)
    found = []
    for jobs in ("1", "2", "8"):
        shutil.copytree(place, tmp_path / jobs)
        assert regrade(tmp_path / jobs, "--yes", "--jobs", jobs).returncode == 0
        lists = [
            (tmp_path / jobs / "out" / name).read_bytes() for name in ("results.jsonl", "grades.csv", "index.html")
        ]
        found.append((lists, pages(tmp_path / jobs)))
    assert found[0] == found[1] == found[2]
