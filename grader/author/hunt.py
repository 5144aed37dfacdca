"""Runs changed programs until a check notices them, and no longer.

Theory of operation. A mutant is noticed as soon as one check does not pass in one scenario: failed beats passed in the
result of a check, and skipped does, too. So scenarios are run one after another, those in which most is judged first,
and the first that notices ends it. The run in which functions are called is always a part of the judgement; where the
change lies in a function that importing the program does not reach, it is the solution's own, and is made once.
"""

from __future__ import annotations

import ast
import asyncio
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from grader.author.mutants import Mutant
from grader.course import Course, Exercise
from grader.judge import judge
from grader.run.session import RunFault, Runner
from grader.run.submission import Submission
from grader.sandbox.job import Launcher, Limits
from grader.sandbox.tiers import unsealed
from grader.trace import Trace

LIMITS = Limits(time_s=3.0)  # of its own time; the solutions take a tenth of that
_AT_ONCE = (os.cpu_count() or 2) + 1  # the main process judges one while the processors run the others


@dataclass(frozen=True)
class Quarry:
    """The mutants of one exercise's solution."""

    exercise: str
    solution: str
    mutants: tuple[Mutant, ...]


@dataclass(frozen=True)
class Hunted:
    """What became of one mutant: the scenario in which it was noticed (empty: in none), or why it could not be run."""

    mutant: Mutant
    noticed_in: str = ""
    fault: str = ""

    @property
    def survived(self) -> bool:
        """Whether every check passed."""
        return not self.noticed_in and not self.fault


def hunt(
    course: Course, quarries: Sequence[Quarry], seed: int, *, done: Callable[[int], None] = lambda number: None
) -> dict[str, list[Hunted]]:
    """Run every mutant until it is noticed; give what became of them by exercise, in order. `done` hears how many."""
    return asyncio.run(_hunt(course, quarries, seed, done))


async def _hunt(
    course: Course, quarries: Sequence[Quarry], seed: int, done: Callable[[int], None]
) -> dict[str, list[Hunted]]:
    launcher = unsealed()
    places = asyncio.Semaphore(_AT_ONCE)
    finished = 0

    async def one(bench: _Bench, mutant: Mutant) -> Hunted:
        nonlocal finished
        async with places:
            try:
                hunted = Hunted(mutant, noticed_in=await bench.noticed_in(mutant))
            except RunFault as fault:
                hunted = Hunted(mutant, fault=str(fault))
        finished += 1
        done(finished)
        return hunted

    async def all_of(quarry: Quarry) -> list[Hunted]:
        bench = await _Bench.of(course, launcher, quarry, seed)
        return list(await asyncio.gather(*(one(bench, mutant) for mutant in quarry.mutants)))

    try:
        hunted = await asyncio.gather(*map(all_of, quarries))
        return {quarry.exercise: each for quarry, each in zip(quarries, hunted, strict=True)}
    finally:
        await launcher.close()


@dataclass(frozen=True)
class _Bench:
    """What all mutants of one solution share."""

    runner: Runner
    exercise: Exercise
    scenarios: tuple[str, ...]  # in the order in which they are run
    shared: Trace | None  # the solution's run in which its functions were called
    apart: frozenset[str]  # the functions that this run does not reach

    @classmethod
    async def of(cls, course: Course, launcher: Launcher, quarry: Quarry, seed: int) -> _Bench:
        exercise = course.exercise(quarry.exercise)
        runner = Runner(course, launcher, LIMITS, seed)
        judged = {
            name: sum(name in exercise.scenarios_of(spec) for spec in exercise.checks) for name in exercise.scenarios
        }
        shared = None
        if exercise.functions or exercise.names:
            shared = await runner.run(exercise, Trace.FUNCTIONS, _submission(exercise, quarry.solution))
        return cls(
            runner=runner,
            exercise=exercise,
            scenarios=tuple(sorted(judged, key=lambda name: -judged[name])),
            shared=shared,
            apart=apart_of(quarry.solution, tuple(exercise.functions)),
        )

    async def noticed_in(self, mutant: Mutant) -> str:
        """Run a mutant until a scenario notices it, and name that; empty where none does."""
        submission = _submission(self.exercise, mutant.source)
        functions = self.shared
        if functions is not None and mutant.scope not in self.apart:
            functions = await self.runner.run(self.exercise, Trace.FUNCTIONS, submission)
        elif functions is not None:
            functions = replace(functions, files=submission.sources())
        for scenario in self.scenarios:
            trace = await self.runner.run(self.exercise, scenario, submission)
            if not self._passes(scenario, trace, functions):
                return scenario
        return ""

    def _passes(self, scenario: str, trace: Trace, functions: Trace | None) -> bool:
        traces = {scenario: trace} | ({} if functions is None else {Trace.FUNCTIONS: functions})
        report = judge(in_one_scenario(self.exercise, scenario), traces, self.runner.course)
        if report.outcome != "graded":
            raise RunFault(report.fault or "Nothing was judged.")
        return all(check.outcome == "passed" for check in report.checks)


def in_one_scenario(exercise: Exercise, scenario: str) -> Exercise:
    """The exercise as if it had one scenario, with the checks that are judged in it."""
    checks = [spec for spec in exercise.checks if scenario in exercise.scenarios_of(spec)]
    kept = {spec.name for spec in checks}
    return exercise.model_copy(
        update={
            "scenarios": {scenario: exercise.scenarios[scenario]},
            "checks": tuple(
                spec.model_copy(
                    update={"scenarios": (scenario,), "needs": tuple(name for name in spec.needs if name in kept)}
                )
                for spec in checks
            ),
        }
    )


def apart_of(source: str, called: Sequence[str]) -> frozenset[str]:
    """The functions of a program that neither importing it nor calling the functions `called` can reach.

    Told by names: a function whose name stands outside of the main guard and of itself may be reached, and one with a
    decorator, a default or a namesake is not looked into.
    """
    tree = ast.parse(source)
    every = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    names = Counter(node.name for node in every)
    plain = {node.name for node in every if names[node.name] == 1 and not _runs_when_defined(node)}
    reached = set(called)
    for node in tree.body:
        if isinstance(node, ast.If) and "__name__" in ast.unparse(node.test):
            continue
        own = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else None
        reached |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and each.id != own}
    return frozenset({node.name for node in every if node in tree.body} & plain - reached)


def _runs_when_defined(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return bool(node.decorator_list or node.args.defaults or any(node.args.kw_defaults))


def _submission(exercise: Exercise, source: str) -> Submission:
    return Submission(exercise.name, {f"{exercise.name}.py": source.encode()})
