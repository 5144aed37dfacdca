"""Records one program's run against a real API as a fixture, and replays it at once to see that it is the same."""

from __future__ import annotations

import platform
import shutil
from dataclasses import dataclass
from pathlib import Path

from grader.author import recordings
from grader.author.cleaning import cleaned
from grader.author.comparison import differences
from grader.author.live import Account
from grader.author.recording import RecordingError, check, fixture_text
from grader.author.serving import script_of
from grader.course import Course
from grader.run.scrub import Scrubber, machine_paths
from grader.run.session import Serves, observe, replays
from grader.run.submission import read_submission
from grader.sandbox.job import Job, Launcher, Limits
from grader.trace import Trace

LIMITS = Limits(time_s=120.0)  # a real model takes its time
_BANK = "bank.yaml"


@dataclass(frozen=True)
class Recorded:
    """What came of a recording: the fixture file, the run, and where a replay of it differs."""

    path: Path
    trace: Trace
    differs: tuple[str, ...]


async def record(
    course: Course, launcher: Launcher, program: Path, account: Account, out: Path, *, title: str = ""
) -> Recorded:
    """Run a program against the account's API, write the fixture, replay it; raise RecordingError or RunFault."""
    if program.suffix != ".py" or not program.is_file():
        raise RecordingError(f"{program}: no such Python program.")
    job = Job(entry=program.name, files=read_submission(program.parent).files, limits=LIMITS)
    trace = await _observed(launcher, job, account.serve)
    text = fixture_text(trace, title=title or program.stem, bank=_BANK, told=account.told)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8", newline="\n")
    if not (out.parent / _BANK).is_file():  # a fixture names a bank beside it, for what a seed draws
        shutil.copyfile(course.fixtures / _BANK, out.parent / _BANK)
    fixture = check(out)
    if out.parent.resolve() == course.fixtures.resolve():
        recordings.seal(course)
    again = await _observed(launcher, job, replays(script_of(course, fixture, seed=None)))
    return Recorded(out, trace, tuple(differences(trace, again)))


async def _observed(launcher: Launcher, job: Job, serves: Serves) -> Trace:
    """Run a program beside a server; nothing in the trace tells of keys or of this machine."""
    events = await observe(launcher, job, serves)
    trace = Trace(
        exercise=Path(job.entry).stem,
        scenario="recorded",
        seed=0,
        sandbox=launcher.seal,
        python=platform.python_version(),
        events=tuple(events),
    )
    return Scrubber(machine_paths()).scrub(cleaned(trace))
