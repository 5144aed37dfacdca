"""One run: one scenario, one submission, one event loop that holds server, pipes and process. Makes the trace."""

from __future__ import annotations

import asyncio
import contextlib
import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from grader.course import Course, Exercise, ScenarioSpec
from grader.fixtures import Fixture, load_fixture
from grader.replay.gate import CausalGate, Gate
from grader.replay.recorder import Recorder
from grader.replay.script import Script
from grader.replay.server import Claims, ReplayServer
from grader.run.overdue import OwnTime, may_be_woken_unseen
from grader.run.probe import ProbeClaims, probe_plan
from grader.run.scrub import Scrubber, machine_paths
from grader.run.settled import settled
from grader.run.submission import Submission
from grader.run.waiting import Watch
from grader.sandbox.job import Child, Exit, Job, Launcher, LaunchError, Limits
from grader.screen import Screen
from grader.trace import (
    AnyEvent,
    NamesRead,
    OutputWritten,
    ProcessExited,
    Trace,
    ValueReturned,
)

_KEPT_OUTPUT_BYTES = 1 << 20  # of each stream: half from its beginning, half from its end


# Makes the server of one run.
Serves = Callable[[Recorder, Gate, Screen, "Claims | None"], ReplayServer]


class RunFault(RuntimeError):  # noqa: N818  (the house says fault for what is the grader's own)
    """The grader failed, not the program; nothing is judged."""


@dataclass(frozen=True)
class Runner:
    """Runs the scenarios of a course's exercises with one launcher.

    `serves`, where it is given, answers the scenarios in the place of their fixtures; functions are never called there.
    """

    course: Course
    launcher: Launcher
    limits: Limits
    seed: int
    serves: Serves | None = field(default=None, kw_only=True)

    async def run(self, exercise: Exercise, scenario: str, submission: Submission) -> Trace:
        """Run one scenario (or, named 'functions', the probe); raise RunFault where the grader fails."""
        functions = scenario == Trace.FUNCTIONS
        spec = exercise.scenarios[next(iter(exercise.scenarios)) if functions else scenario]
        job = Job(
            entry=f"{exercise.name}.py",
            files=submission.files,
            probe=probe_plan(exercise, self.seed) if functions else None,
            limits=self.limits,
        )
        serves = self.serves if self.serves is not None and not functions else self._replays(spec)
        events = await observe(self.launcher, job, serves)
        trace = Trace(
            exercise=exercise.name,
            scenario=scenario,
            seed=self.seed,
            files=submission.sources(),
            sandbox=self.launcher.seal,
            python=platform.python_version(),
            sdk=_sdk_version(),
            events=settled(_both_ends(events)),
        )
        return _scrubber().scrub(trace)

    def _replays(self, spec: ScenarioSpec) -> Serves:
        """Answer with the fixture of a scenario."""
        script = Script(
            _fixture(self.course.fixtures / spec.fixture),
            seed=self.seed,
            vary=spec.vary,
            too_long=spec.too_long,
            prices={n: (p.input_usd, p.output_usd) for n, p in self.course.prices.models.items()},
            context_window_tokens=self.course.context_window_tokens,
        )
        return replays(script)


def replays(script: Script) -> Serves:
    """Answer the requests of a run by a script."""
    return lambda recorder, gate, screen, claims: ReplayServer(script, recorder, gate, screen, claims=claims)


async def observe(launcher: Launcher, job: Job, serves: Serves) -> list[AnyEvent]:
    """Run one job beside a server and write down all that is seen; raise RunFault where the grader fails."""
    try:
        alone = launcher.seal == "namespaces" and not may_be_woken_unseen(job.files)
        return await _Session(serves, job, alone=alone).run(launcher, job)
    except LaunchError as error:
        raise RunFault(str(error)) from error


class _Session:
    """Hears everything of one run and writes it down."""

    def __init__(self, serves: Serves, job: Job, *, alone: bool) -> None:
        """`alone`: nobody but us can wake the program: it has processes and a network of its own."""
        self._alone = alone
        self._limits = job.limits
        self._claims = None if job.probe is None else ProbeClaims(job.probe)
        self._recorder = Recorder()
        self._screen = Screen()
        self._child: Child | None = None
        self._watch: Watch | None = None
        self._gate = CausalGate(lambda: self._watch)
        self._server = serves(self._recorder, self._gate, self._screen, None if self._claims is None else self._claimed)
        self._output_bytes = 0
        self._time: OwnTime | None = None
        self._over: asyncio.Future[Exit] = asyncio.get_running_loop().create_future()

    async def run(self, launcher: Launcher, job: Job) -> list[AnyEvent]:
        """Start the job, serve it until it ends or is overdue, and return the events."""
        self._child = await launcher.start(job, self)
        if self._child.roots:
            self._watch = Watch(self._child.roots)
        self._time = OwnTime(self._limits.time_s, self._watch, self._server, self._gate, alone=self._alone)
        overdue = asyncio.ensure_future(self._kill_when_overdue(self._child, self._time))
        try:
            await self._server.serve(self._child.listener)
            ended = await self._over
        finally:
            overdue.cancel()
            if not self._over.done():  # we were cancelled
                self._child.kill("grader")
            with contextlib.suppress(asyncio.CancelledError):
                await overdue
            await self._server.close()
            if self._watch is not None:
                self._watch.close()
        done = ended.because == "itself" and ended.status == 0
        if done and self._claims is not None and (call := self._claims.unreturned()) is not None:
            self._recorder.record(ValueReturned, **call)  # it has left in the middle
        self._recorder.record(
            ProcessExited,
            status=ended.status,
            signal=ended.signal,
            because=ended.because,
            limit_s=self._limits.time_s if ended.because == "time" else None,
        )
        return self._recorder.events

    async def _kill_when_overdue(self, child: Child, time: OwnTime) -> None:
        await time.over()
        child.kill("time")

    # -- Observer

    def output_written(self, stream: Literal["stdout", "stderr"], data: bytes) -> None:
        self._output_bytes += len(data)
        if self._time is not None:
            self._time.wrote()
        self._recorder.record(OutputWritten, stream=stream, data=data)
        if stream == "stdout":
            self._screen.write(data)
        self._gate.stirred(output_bytes=len(data), on_screen=stream == "stdout")
        if self._output_bytes > self._limits.output_bytes and self._child is not None:
            self._child.kill("output")

    def exited(self, ended: Exit) -> None:
        self._gate.stirred()
        if not self._over.done():
            self._over.set_result(ended)

    # -- the probe

    def _claimed(self, claim: Any) -> None:
        """Write a claim down; what is none is passed over."""
        assert self._claims is not None
        if (names := self._claims.names(claim)) is not None:
            self._recorder.record(NamesRead, **names)
        elif (value := self._claims.value(claim)) is not None:
            self._recorder.record(ValueReturned, **value)


def _both_ends(events: list[AnyEvent]) -> list[AnyEvent]:
    """Keep the beginning and the end of a flood; what is left out is said in its place."""
    return _shortened(_shortened(events, "stdout"), "stderr")


def _shortened(events: list[AnyEvent], stream: str) -> list[AnyEvent]:
    from dataclasses import replace

    total = sum(len(e.data) for e in events if isinstance(e, OutputWritten) and e.stream == stream)
    if total <= _KEPT_OUTPUT_BYTES:
        return events
    head, tail = _KEPT_OUTPUT_BYTES // 2, total - _KEPT_OUTPUT_BYTES // 2
    kept: list[AnyEvent] = []
    place, told = 0, False
    for event in events:
        if not isinstance(event, OutputWritten) or event.stream != stream:
            kept.append(event)
            continue
        first = event.data[: max(0, head - place)]
        last = event.data[max(0, tail - place) :]
        word = b""
        if not told and place + len(event.data) > head:
            word = f"\n[{tail - head:,} bytes left out]\n".encode()
            told = True
        place += len(event.data)
        if first or word or last:
            kept.append(replace(event, data=first + word + last))
    return kept


@lru_cache(maxsize=32)
def _fixture(path: Path) -> Fixture:
    return load_fixture(path)


@lru_cache(maxsize=1)
def _sdk_version() -> str:
    try:
        return metadata.version("anthropic")
    except metadata.PackageNotFoundError:
        return ""


@lru_cache(maxsize=1)
def _scrubber() -> Scrubber:
    paths: Mapping[str, str] = machine_paths()
    return Scrubber({**paths, os.path.realpath(str(Path.home())): "~"})
