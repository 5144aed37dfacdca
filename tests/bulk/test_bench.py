"""A bench on another machine: a course in bytes, submissions in bytes, grades in bytes."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from grader.bulk import bench
from grader.bulk.bench import Bench, Orders, Size, differences, grade_batch
from grader.bulk.bundle import pack
from grader.bulk.frames import HEAD_BYTES, Grade, grade_frame, grade_of, lengths, submission_frame, submission_of
from grader.course import Course
from grader.report import load
from grader.run.submission import Submission
from grader.sandbox.job import Child, Job, LaunchError, Limits, Observer, Seal
from tests.bulk.classes import class_of
from tests.bulk.handed_in import COURSE, RIGHT, SWAPPED


def parts(frame: bytes) -> tuple[dict[str, object], bytes]:
    """A frame as its reader has it."""
    text, rest = lengths(frame[:HEAD_BYTES])
    assert len(frame) == HEAD_BYTES + text + rest
    return json.loads(frame[HEAD_BYTES:][:text]), frame[HEAD_BYTES + text :]


def test_a_batch_needs_nothing_but_bytes() -> None:
    """Submissions are graded from a packed course, in their order, with traces and pages."""
    submissions = [Submission(n, {"exercise1.py": p.encode()}) for n, p in (("ann", RIGHT), ("ben", SWAPPED))]
    orders = Orders(("exercise1",), 5, Limits(time_s=5.0), "none")
    grades = grade_batch(pack(Course(COURSE)), submissions, orders)
    ann, ben = (load(grade.report) for grade in grades)
    assert [ann.submission, ben.submission] == ["ann", "ben"]
    assert ann.score == ann.max_score > ben.score
    assert {scenario for _, scenario in grades[0].traces} == {"recorded", "varied", "functions"}
    assert all(zlib.decompress(lines).startswith(b'{"schema"') for lines in grades[0].traces.values())
    assert b"<html" in grades[0].page


def test_a_packed_course_holds_no_solution_and_is_the_same_course(tmp_path: Path) -> None:
    """What is sent about grades the same and gives nothing away."""
    bundle = pack(Course(COURSE))
    assert not [name for name in bundle.files if "solution" in name or "mistakes" in name]
    again = bundle.unpack(tmp_path)
    assert pack(again).version == bundle.version
    assert [again.exercise(name) for name in again.exercise_names] == [
        Course(COURSE).exercise(name) for name in again.exercise_names
    ]


def test_frames_carry_what_was_put_in() -> None:
    """Hostile names and contents come through a frame as they were."""
    submission = Submission("a\udcff", {"x\n.py": b"\0\xff", "exercise1.py": b""}, {"b": "a link"})
    assert submission_of(*parts(submission_frame(submission))) == submission
    grade = Grade("ann", "{}", {("exercise1", "varied"): b"\0" * 9, ("exercise1", "functions"): b""}, b"<p>", ("d",), 2)
    assert grade_of(*parts(grade_frame(grade))) == grade


@pytest.mark.parametrize("change", [{"outcome": "failed"}, {"score": 0.5}])
def test_two_runs_differ_where_a_check_does(change: dict[str, object]) -> None:
    """Another outcome or another score is named; other words are not."""
    _, report = next(iter(class_of(1, seed=3)))
    exercise = report.exercises[0]
    first = next(check for check in exercise.checks if check.outcome == "passed")
    others = tuple(c for c in exercise.checks if c is not first)
    changed = replace(exercise, checks=(replace(first, **change), *others))  # type: ignore[arg-type]
    again = replace(report, exercises=(changed, *report.exercises[1:]))
    assert len(differences(report, again)) == 1
    reworded = replace(exercise, checks=(replace(first, message="other words"), *others))
    assert not differences(report, replace(report, exercises=(reworded, *report.exercises[1:])))


class Crowd:
    """A launcher whose programs have all hung by the time that they are let go."""

    seal: Seal = "none"

    def __init__(self) -> None:
        self.alive = 0
        self.over = asyncio.Event()

    async def start(self, job: Job, observer: Observer) -> Child:
        """Hang."""
        self.alive += 1
        await self.over.wait()
        raise LaunchError("they were let go")

    async def close(self) -> None:
        """Nothing is left."""


def test_no_more_programs_are_alive_than_there_are_rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many are under way and wait for their time limit, memory for so many is enough."""
    monkeypatch.setattr(bench, "_USUAL_S", 0.0)

    async def scene() -> int:
        crowd, orders = Crowd(), Orders(("exercise1",), 5, Limits(time_s=5.0), "none")
        benched = Bench(Course(COURSE), crowd, orders, Size(rooms=9))
        submissions = [Submission(f"s{n}", {"exercise1.py": b"#"}) for n in range(6)]
        grading = [asyncio.ensure_future(benched.grade(submission)) for submission in submissions]
        loop = asyncio.get_running_loop()
        deadline = loop.time() + 20
        while crowd.alive < 9 and loop.time() < deadline:
            await asyncio.sleep(0)
        for _ in range(100):
            await asyncio.sleep(0)
        alive = crowd.alive
        crowd.over.set()
        await asyncio.gather(*grading)
        return alive

    assert asyncio.run(scene()) == 9


def test_more_workers_than_processors_share_what_these_can_bear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight workers on two processors crowd them no more than two do; none is left without a place."""
    monkeypatch.setattr(bench, "cores", lambda: 2)
    alone, one_of_two, one_of_eight, one_of_many = map(Size.of_one_in, (1, 2, 8, 100))
    assert alone == one_of_two == Size()
    assert one_of_eight.rooms * 8 == Size().rooms * 2
    assert 2 <= one_of_many.places <= one_of_eight.places < Size().places


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
def test_a_worker_opens_as_many_files_as_it_may() -> None:
    """Of a shell that allows few: a bench has dozens of programs, each with its pipes and connections."""
    program = (
        "import resource as r; from grader.bulk.worker import take_descriptors; "
        "_, most = r.getrlimit(r.RLIMIT_NOFILE); r.setrlimit(r.RLIMIT_NOFILE, (128, most)); "
        "take_descriptors(); print(r.getrlimit(r.RLIMIT_NOFILE)[0] > 128, r.getrlimit(r.RLIMIT_NOFILE)[1] == most)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout.split() == ["True", "True"]
