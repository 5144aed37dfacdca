"""JUnit XML for any CI: a suite an exercise, a case a check."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Xml

from grader.export.exported import Exported, Wish
from grader.export.marks import Mark
from grader.export.words import said, shown
from grader.report import CheckReport, ExerciseReport

# What no XML 1.0 document can hold, not even escaped.
_IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(marks: list[Mark], wish: Wish) -> Exported:
    """Write all submissions into one document."""
    root = Xml.Element("testsuites")
    totals = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    for mark in marks:
        for exercise in mark.report.exercises:
            suite = _suite(mark, exercise)
            for name in totals:
                totals[name] += int(suite.get(name, "0"))
            root.append(suite)
    for name, count in totals.items():
        if name != "skipped":  # the outermost element has no such attribute
            root.set(name, str(count))
    root.set("time", f"{sum(mark.report.duration_s for mark in marks):.3f}")
    Xml.indent(root)
    return Exported({"junit.xml": b'<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, "utf-8") + b"\n"})


def _suite(mark: Mark, exercise: ExerciseReport) -> Xml.Element:
    name = f"{mark.name}.{exercise.name}"
    cases = [_case(name, check) for check in exercise.checks]
    if exercise.outcome != "graded":
        case = Xml.Element("testcase", {"classname": _clean(name), "name": _clean(exercise.title), "time": "0"})
        kind = "error" if exercise.outcome == "error" else "failure"
        _add(case, kind, exercise.outcome, shown(exercise.fault or exercise.outcome))
        cases.append(case)
    counts = {tag: sum(case.find(tag) is not None for case in cases) for tag in ("failure", "error", "skipped")}
    suite = Xml.Element(
        "testsuite",
        {
            "name": _clean(name),
            "tests": str(len(cases)),
            "failures": str(counts["failure"]),
            "errors": str(counts["error"]),
            "skipped": str(counts["skipped"]),
            "time": "0",
            "timestamp": mark.report.graded_at.rstrip("Z"),
        },
    )
    facts = {"score": f"{exercise.score:g}", "max_score": f"{exercise.max_score:g}", "bonus": f"{exercise.bonus:g}"}
    if mark.late is not None:
        facts["lateness"] = mark.late.words
    properties = Xml.SubElement(suite, "properties")
    for key, value in facts.items():
        Xml.SubElement(properties, "property", {"name": key, "value": _clean(value)})
    suite.extend(cases)
    return suite


def _case(suite: str, check: CheckReport) -> Xml.Element:
    name = f"{check.name}: {check.title}" + (" (bonus)" if check.bonus else "")
    case = Xml.Element("testcase", {"classname": _clean(suite), "name": _clean(name), "time": "0"})
    if check.outcome == "skipped" or (check.outcome == "failed" and check.bonus):
        Xml.SubElement(case, "skipped", {"message": _clean(said(check))})  # a bonus not reached breaks no build
    elif check.outcome == "failed":
        _add(case, "failure", check.misconception or "failed", said(check))
    elif check.outcome == "error":
        _add(case, "error", "error", said(check))
    return case


def _add(case: Xml.Element, tag: str, kind: str, message: str) -> None:
    element = Xml.SubElement(case, tag, {"message": _clean(message), "type": _clean(kind)})
    element.text = _clean(message)


def _clean(text: str) -> str:
    return _IMPOSSIBLE.sub("\ufffd", text)
