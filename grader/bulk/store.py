"""What bulk keeps: one SQLite file with a row a submission and its traces. Knows nothing of courses or programs.

Theory: a submission is one transaction, so a process killed at any moment leaves whole rows and a database that
opens. The write-ahead log makes a commit cheap, and lets others read while a batch writes. `place` is the order of the
latest intake; a row without one is of a submission that is not handed in any more, and is kept but shown nowhere.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from grader.bulk.rows import Again, Filed, Kept, Key, Placed, Row, Standing

NAME = "grades.db"
REPORTS = "reports"  # beside it: the folder of pages
_SCHEMA = "grade/store/2"
_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS submissions (
    name TEXT PRIMARY KEY, place INTEGER, student TEXT NOT NULL, late INTEGER NOT NULL, mapping TEXT NOT NULL,
    sha256 TEXT NOT NULL, course TEXT NOT NULL, grader TEXT NOT NULL, only_these TEXT NOT NULL,
    time_limit_s REAL NOT NULL, seed INTEGER NOT NULL,
    seal TEXT NOT NULL, runs INTEGER NOT NULL, differs TEXT NOT NULL,
    run_versions TEXT NOT NULL, faulty INTEGER NOT NULL, graded_at TEXT NOT NULL, report TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS traces (
    submission TEXT NOT NULL, exercise TEXT NOT NULL, scenario TEXT NOT NULL, lines BLOB NOT NULL,
    PRIMARY KEY (submission, exercise, scenario)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS verdicts (
    submission TEXT NOT NULL, exercise TEXT NOT NULL, version TEXT NOT NULL, points TEXT NOT NULL, checks TEXT NOT NULL,
    said BLOB NOT NULL,
    PRIMARY KEY (submission, exercise)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS drawings (submission TEXT PRIMARY KEY, said BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lateness (submission TEXT PRIMARY KEY, words TEXT NOT NULL) WITHOUT ROWID;
"""


class StoreError(RuntimeError):
    """The database cannot be used; the text is one line."""


class OtherStoreError(StoreError):
    """What is stored does not go with what is asked for: to be put right on the command line."""


class Store:
    """The database of one output folder: `with Store(out) as store:`."""

    def __init__(self, out: Path, *, create: bool = True, reading: bool = False) -> None:
        """Open it, or make it; `reading` beside a writer, which has made it; raise StoreError where it is none."""
        self.path = out / NAME
        if not create and not self.path.is_file():
            raise OtherStoreError(f"{out} holds no {NAME}: it is not a folder that bulk has written.")
        with _explained(self.path):
            if reading:
                self._db = sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", isolation_level=None, uri=True)
                return
            self._db = sqlite3.connect(self.path, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")  # a killed process loses nothing, a power cut the last few
            self._db.executescript(_TABLES)
            self._db.execute("INSERT OR IGNORE INTO meta VALUES ('schema', ?)", (_SCHEMA,))
        if (found := self._meta("schema")) != _SCHEMA:
            raise OtherStoreError(
                f"{self.path} is of another version ({found}); this one writes {_SCHEMA}. Use --fresh."
            )

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._db.close()

    @property
    def seed(self) -> int | None:
        """The seed of the batch, None before there is one."""
        found = self._meta("seed")
        return None if found is None else int(found)

    @seed.setter
    def seed(self, value: int) -> None:
        with self._writing():
            self._db.execute("INSERT OR REPLACE INTO meta VALUES ('seed', ?)", (str(value),))

    @property
    def course_title(self) -> str:
        """The title of the course that the grades are of."""
        return self._meta("course") or ""

    @course_title.setter
    def course_title(self, value: str) -> None:
        with self._writing():
            self._db.execute("INSERT OR REPLACE INTO meta VALUES ('course', ?)", (value,))

    def is_graded(self, name: str, key: Key, runs: int = 1) -> bool:
        """Say whether a submission is graded without a fault, and all that its grade rests on is unchanged."""
        found = self._db.execute(
            "SELECT 1 FROM submissions WHERE name = ? AND sha256 = ? AND course = ? AND grader = ? AND only_these = ?"
            " AND time_limit_s = ? AND runs >= ? AND NOT faulty",
            (name, key.sha256, key.course, key.grader, json.dumps(key.only), key.time_limit_s, runs),
        ).fetchone()
        return found is not None

    def put(self, row: Row) -> None:
        """Keep a grade and its traces in place of an earlier one: one transaction."""
        report = row.read_report()
        values = (
            row.name, row.place, row.student, row.late, json.dumps(dict(row.mapping)), row.key.sha256, row.key.course,
            row.key.grader, json.dumps(row.key.only), row.key.time_limit_s, report.seed, report.sandbox, row.runs,
            json.dumps(row.differs), json.dumps(dict(row.run_versions)), bool(report.faults), report.graded_at,
            row.report,
        )  # fmt: skip
        with self._writing():
            self._db.execute(
                "INSERT OR REPLACE INTO submissions VALUES (?,?,?,?,?, ?,?,?,?,?, ?,?,?,?, ?,?,?,?)", values
            )
            self._db.execute("DELETE FROM traces WHERE submission = ?", (row.name,))
            self._db.executemany(
                "INSERT INTO traces VALUES (?,?,?,?)",
                ((row.name, exercise, scenario, data) for (exercise, scenario), data in row.traces.items()),
            )
            self._db.execute("DELETE FROM verdicts WHERE submission = ?", (row.name,))
            self._db.execute("DELETE FROM lateness WHERE submission = ?", (row.name,))
            self._put_judged(row.name, row.judged)
            self._put_drawings(row.name, row.drawings)

    def _put_judged(self, name: str, judged: Mapping[str, Kept]) -> None:
        self._db.executemany(
            "INSERT OR REPLACE INTO verdicts VALUES (?,?,?,?,?,?)",
            (
                (name, exercise, kept.version, kept.points, json.dumps(dict(kept.checks)), kept.said)
                for exercise, kept in judged.items()
            ),
        )

    def _put_drawings(self, name: str, drawings: bytes) -> None:
        self._db.execute("INSERT OR REPLACE INTO drawings VALUES (?,?)", (name, drawings))

    @contextmanager
    def amending(self) -> Iterator[None]:
        """Make every `amend` inside one transaction: all of them are kept, or none."""
        with self._writing():
            yield

    def amend(self, again: Again, rests_on: tuple[str, str] | None) -> None:
        """Keep what judging a submission again came to; `rests_on` are course and grader now."""
        name = again.name
        if again.report is not None:
            changed = again.report, again.faulty, name
            self._db.execute("UPDATE submissions SET report = ?, faulty = ? WHERE name = ?", changed)
        if rests_on is not None:
            self._db.execute("UPDATE submissions SET course = ?, grader = ? WHERE name = ?", (*rests_on, name))
        self._put_judged(name, again.judged)
        if again.drawings is not None:
            self._put_drawings(name, again.drawings)
        if again.page:
            self._db.execute("DELETE FROM lateness WHERE submission = ?", (name,))

    @property
    def unwritten(self) -> frozenset[str]:
        """The submissions whose pages were to be replaced when something came in between."""
        return frozenset(json.loads(self._meta("unwritten") or "[]"))

    def note_unwritten(self, names: Iterable[str]) -> None:
        """Note, inside or outside of a transaction, whose pages are to be replaced."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES ('unwritten', ?)", (json.dumps(sorted(names)),))

    def place(self, found: Iterable[Placed]) -> int:
        """Note the order of the latest intake; return how many rows it does not hold any more."""
        with self._writing():
            self._db.execute("UPDATE submissions SET place = NULL")
            self._db.executemany(
                "UPDATE submissions SET place = ?, student = ?, late = ?, mapping = ? WHERE name = ?",
                ((at, p.student, p.late, json.dumps(dict(p.mapping)), p.name) for at, p in enumerate(found)),
            )
        (left,) = self._db.execute("SELECT count(*) FROM submissions WHERE place IS NULL").fetchone()
        return int(left)

    def lateness(self) -> dict[str, str]:
        """What the pages say of lateness, by submission; a page that has been written anew says nothing."""
        return dict(self._db.execute("SELECT submission, words FROM lateness"))

    def note_lateness(self, words: Mapping[str, str]) -> None:
        """Note what pages say of lateness now."""
        with self._writing():
            self._db.executemany("INSERT OR REPLACE INTO lateness VALUES (?,?)", words.items())

    def names(self) -> list[str]:
        """The names of the latest intake that are graded, in its order; of all rows where no intake was finished."""
        return [name for (name,) in self._db.execute(f"SELECT name FROM submissions {_SHOWN}")]

    def rows(self) -> Iterator[Row]:
        """Give those submissions one after the other, without their traces."""
        for name in self.names():
            if (row := self.row(name)) is not None:
                yield row

    def row(self, name: str) -> Row | None:
        """Give one submission without its traces."""
        found = self._db.execute(
            "SELECT name, student, late, mapping, sha256, course, grader, only_these, time_limit_s, runs, differs,"
            " run_versions, report FROM submissions WHERE name = ?",
            (name,),
        ).fetchone()
        if found is None:
            return None
        name, student, late, mapping, sha256, course, grader, only, limit, runs, differs, versions, report = found
        return Row(
            name, student, Key(sha256, course, grader, tuple(json.loads(only)), limit), report, bool(late),
            json.loads(mapping), runs, tuple(json.loads(differs)), json.loads(versions),
        )  # fmt: skip

    def filed(self, name: str) -> Filed | None:
        """Give all that is kept of one submission."""
        row = self.row(name)
        return None if row is None else Filed(row, self.judged(name), self.packed_traces(name), self.drawings(name))

    def drawings(self, name: str) -> bytes:
        """Give what is kept of the page of a submission, b"" where nothing is."""
        found = self._db.execute("SELECT said FROM drawings WHERE submission = ?", (name,)).fetchone()
        return b"" if found is None else bytes(found[0])

    def standings(self) -> list[Standing]:
        """Say of the submissions that `names` gives what each grade rests on."""
        found = self._db.execute(f"SELECT name, course, grader, faulty FROM submissions {_SHOWN}")
        return [Standing(name, course, grader, bool(faulty)) for name, course, grader, faulty in found]

    def verdicts_rest_on(self) -> list[tuple[str, Kept]]:
        """Every exercise with all that verdicts on it rest on, each once and without the verdicts."""
        found = self._db.execute("SELECT DISTINCT exercise, version, points, checks FROM verdicts")
        return [
            (exercise, Kept(version, points, json.loads(checks), b"")) for exercise, version, points, checks in found
        ]

    def judged(self, name: str) -> dict[str, Kept]:
        """Give the verdicts on a submission, by exercise."""
        found = self._db.execute(
            "SELECT exercise, version, points, checks, said FROM verdicts WHERE submission = ?", (name,)
        )
        return {e: Kept(version, points, json.loads(checks), said) for e, version, points, checks, said in found}

    def packed_traces(self, name: str) -> dict[tuple[str, str], bytes]:
        """Give the compressed traces of a submission, by exercise and scenario."""
        found = self._db.execute(
            "SELECT exercise, scenario, lines FROM traces WHERE submission = ? ORDER BY exercise, scenario", (name,)
        )
        return {(exercise, scenario): lines for exercise, scenario, lines in found}

    def _meta(self, name: str) -> str | None:
        found = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if found is None else str(found[0])

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with _explained(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # a full disk may have ended it already
                    self._db.execute("ROLLBACK")
                raise


# Rows of the latest intake; before the first one is finished (the batch was stopped), all that there are.
_SHOWN = (
    "WHERE place IS NOT NULL OR NOT EXISTS (SELECT 1 FROM submissions WHERE place IS NOT NULL) ORDER BY place, name"
)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Say what a database error means for the batch."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "full" in str(error):
            raise StoreError(
                f"The disk that holds {path} is full. What was graded until now is kept; make room and run the same "
                "command again to go on."
            ) from error
        raise StoreError(f"{path} cannot be written or read: {error}.") from error
    except sqlite3.DatabaseError as error:
        raise OtherStoreError(
            f"{path} cannot be read as a database ({error}). Use --fresh, or another folder."
        ) from error
