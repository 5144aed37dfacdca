"""Rules about what the course's own programs get: starters, solutions, mistakes. Judges reports; runs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from grader.author.findings import Finding, Outcome, outcome
from grader.author.programs import Program
from grader.course import Course, Exercise
from grader.report import CheckReport, ExerciseReport

Graded = tuple[Program, ExerciseReport]

NOT_FILLED_IN = "not-filled-in"


def starters(course: Course, read: Mapping[str, Exercise], graded: Iterable[Graded]) -> Outcome:
    """Hold that every starter loads, passes nothing, and is told to be not filled in."""
    found = {program.exercise: report for program, report in graded if program.kind == "starter"}
    findings = []
    for name in read:
        where = f"starter/{name}.py"
        report = found.get(name)
        if report is None:
            findings.append(Finding(where, "there is no starter."))
            continue
        if report.outcome == "error":
            findings.append(Finding(where, f"could not be graded: {report.fault}"))
            continue
        if report.score:
            passed = ", ".join(check.name for check in report.checks if check.outcome == "passed")
            findings.append(Finding(where, f"passes {passed}; a starter must pass nothing."))
        for check in _failed(report):
            if check.misconception != NOT_FILLED_IN:
                said = f"{check.name}: {check.misconception or 'nothing'} is named, where not-filled-in should be."
                findings.append(Finding(where, said))
    return outcome("starters", "each starter loads and is told to be not filled in", f"{len(found)} programs", findings)


def solutions(course: Course, read: Mapping[str, Exercise], graded: Iterable[Graded]) -> Outcome:
    """Hold that every solution passes every check, bonus included."""
    found = {program.exercise: report for program, report in graded if program.kind == "solution"}
    findings = []
    for name in read:
        where = f"course/{name}/solution.py"
        report = found.get(name)
        if report is None:
            findings.append(Finding(where, "there is no solution."))
        elif report.outcome == "error":
            findings.append(Finding(where, f"could not be graded: {report.fault}"))
        else:
            findings += [
                Finding(where, f"{check.name} {check.outcome}: {check.message}")
                for check in report.checks
                if check.outcome != "passed"
            ]
    return outcome("solutions", "each solution passes everything", f"{len(found)} programs", findings)


def mistakes(course: Course, graded: Iterable[Graded]) -> Outcome:
    """Hold that every mistake fails exactly the checks that its header names, as what it names."""
    findings = []
    looked_at = 0
    for program, report in graded:
        if program.kind != "mistake":
            continue
        looked_at += 1
        where = program.path.relative_to(course.folder.parent).as_posix()
        if report.outcome == "error":
            findings.append(Finding(where, f"could not be graded: {report.fault}"))
            continue
        if not program.header.fails:
            findings.append(Finding(where, "its first lines name no check that it fails (`# fails: CHECK MISTAKE`)."))
            continue
        if not program.header.why:
            findings.append(Finding(where, "its first lines do not say who writes this and why."))
        findings += [Finding(where, said) for said in _differences(program, report)]
    return outcome("mistakes", "each mistake fails exactly what its header says", f"{looked_at} programs", findings)


def _differences(program: Program, report: ExerciseReport) -> list[str]:
    """Say where a report is not what a mistake's header says."""
    failed = {check.name: check.misconception for check in _failed(report)}
    skipped = {check.name for check in report.checks if check.outcome == "skipped"}
    wanted = program.header.fails
    known = {check.name for check in report.checks}
    said = [f"{name} is no check of {program.exercise}." for name in {*wanted, *program.header.skipped} - known]
    said += [f"{name} should fail, and does not." for name in wanted if name in known and name not in failed]
    said += [f"{name} fails, and its header does not say so." for name in failed if name not in wanted]
    said += [
        f"{name} fails as {failed[name] or 'nothing known'}, not as {wanted[name] or 'nothing known'}."
        for name in failed
        if name in wanted and failed[name] != wanted[name]
    ]
    said += [f"{name} is skipped, and its header does not say so." for name in skipped - program.header.skipped]
    said += [f"{name} should be skipped, and is not." for name in (program.header.skipped & known) - skipped]
    return sorted(said)


def alone(course: Course, read: Mapping[str, Exercise], graded: Iterable[Graded]) -> Outcome:
    """Hold that every check has a mistake in which it alone fails (what it makes impossible to judge is skipped)."""
    single: set[tuple[str, str]] = set()
    for program, report in graded:
        failed = _failed(report)
        if program.kind == "mistake" and len(failed) == 1:
            single.add((program.exercise, failed[0].name))
    checks = [(exercise.name, spec.name) for exercise in read.values() for spec in exercise.checks]
    findings = [
        Finding(
            f"course/{exercise}/mistakes", f"no mistake fails {check} alone. Write one: it shows what {check} is for."
        )
        for exercise, check in checks
        if (exercise, check) not in single
    ]
    return outcome("alone", "each check has a mistake that only it catches", f"{len(checks)} checks", findings)


def _failed(report: ExerciseReport) -> list[CheckReport]:
    return [check for check in report.checks if check.outcome == "failed"]
