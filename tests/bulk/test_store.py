"""What the store promises when things go wrong."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from grader import report as report_file
from grader.bulk.lock import Lock, LockedError
from grader.bulk.rows import Key, Placed, Row
from grader.bulk.store import Store, StoreError
from grader.report import ExerciseReport, Report

KEY = Key("a" * 64, "c" * 64, "1.0.0", ("exercise1",), 10.0)


def report(name: str, outcome: str = "graded") -> str:
    """A report of one exercise."""
    exercise = ExerciseReport(name="exercise1", title="One", outcome=outcome, score=0.0, max_score=10.0, fault="no")  # type: ignore[arg-type]
    return report_file.dump(
        Report(
            submission=name, sha256=KEY.sha256, course="Course", grader="1.0.0", seed=1, sandbox="none",
            graded_at="2026-01-01T00:00:00Z", duration_s=0.1, score=0.0, max_score=10.0, bonus=0.0,
            exercises=(exercise,),
        )
    )  # fmt: skip


def row(name: str, **more: object) -> Row:
    """A row of a student."""
    return replace(Row(name, name.title(), KEY, report(name)), **more)  # type: ignore[arg-type]


def test_what_is_put_is_there_after_opening_again(tmp_path: Path) -> None:
    """A row and its traces come back as they were."""
    kept = row(
        "ann", late=True, mapping={"a.py": "exercise1"}, traces={("exercise1", "varied"): b"xyz"}, differs=("d",)
    )
    with Store(tmp_path) as store:
        store.put(kept)
        store.place([Placed("ann", "Ann", True, {"a.py": "exercise1"})])
    with Store(tmp_path, create=False) as store:
        assert list(store.rows()) == [replace(kept, traces={})]
        assert store.packed_traces("ann") == {("exercise1", "varied"): b"xyz"}


@pytest.mark.parametrize(
    "changed",
    [
        replace(KEY, sha256="b" * 64),
        replace(KEY, course="d" * 64),
        replace(KEY, grader="1.0.1"),
        replace(KEY, only=("exercise1", "exercise2")),
        replace(KEY, time_limit_s=5.0),
    ],
)
def test_a_grade_stands_only_while_all_that_it_rests_on_is_unchanged(tmp_path: Path, changed: Key) -> None:
    """Other contents, course, grader, exercises or time limit mean another run."""
    with Store(tmp_path) as store:
        store.put(row("ann"))
        assert store.is_graded("ann", KEY)
        assert not store.is_graded("ann", changed)
        assert not store.is_graded("ben", KEY)


def test_a_fault_of_the_grader_is_no_grade(tmp_path: Path) -> None:
    """A submission at which the grader failed is tried again."""
    with Store(tmp_path) as store:
        store.put(row("ann", report=report("ann", "error")))
        assert not store.is_graded("ann", KEY)


def test_running_twice_is_asked_for_anew(tmp_path: Path) -> None:
    """A submission that was run once has to run again where two runs are wanted."""
    with Store(tmp_path) as store:
        store.put(row("ann"))
        assert not store.is_graded("ann", KEY, runs=2)
        store.put(row("ann", runs=2))
        assert store.is_graded("ann", KEY, runs=2) and store.is_graded("ann", KEY)


def test_who_is_not_handed_in_any_more_is_kept_but_not_listed(tmp_path: Path) -> None:
    """A row that the latest intake does not hold is counted, and in no list."""
    with Store(tmp_path) as store:
        for name in ("ann", "ben"):
            store.put(row(name))
        assert store.place([Placed("ben", "Ben", False, {})]) == 1
        assert store.names() == ["ben"]
        assert store.is_graded("ann", KEY)


def test_a_full_disk_is_said_and_what_is_there_stays(tmp_path: Path) -> None:
    """A database that cannot grow says so, opens again, and holds every row that was put before."""
    kept = 0
    with Store(tmp_path) as store:
        store._db.execute("PRAGMA max_page_count = 60")  # what a full disk is to SQLite
        with pytest.raises(StoreError, match=r"disk .* is full.*run the same command again"):
            for kept in range(1000):
                store.put(row(f"s{kept:04}", traces={("exercise1", "varied"): b"x" * 3000}))
    assert kept > 5
    with sqlite3.connect(tmp_path / "grades.db") as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()
    with Store(tmp_path) as store:
        assert len(store.names()) == kept
        assert all(store.packed_traces(name) for name in store.names())


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    """A damaged file is one line with the way out."""
    (tmp_path / "grades.db").write_bytes(b"this is no database at all, but long enough to be looked at" * 40)
    with pytest.raises(StoreError, match="--fresh"), Store(tmp_path):
        pass


def test_a_folder_without_grades_is_not_made_into_one(tmp_path: Path) -> None:
    """Judging again what was never graded is an error, and leaves no database behind."""
    with pytest.raises(StoreError, match=r"grades\.db"):
        Store(tmp_path, create=False)
    assert not list(tmp_path.iterdir())


def test_a_folder_has_one_writer(tmp_path: Path) -> None:
    """The second is refused while the first holds it, and taken when it does not."""
    with Lock(tmp_path), pytest.raises(LockedError, match="Another bulk"), Lock(tmp_path):
        pass
    with Lock(tmp_path):
        pass
