"""Files that platforms read whole: their documented keys, read back by something else than what wrote them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from grader import report as report_file
from tests.bulk.exports import CANVAS, GRADESCOPE, PASS, write
from tests.export.graded import EVIL, course, export, keep, report

# The part of the JUnit schema (the one that Jenkins publishes) that our files use: required and allowed attributes,
# and the children in their order.
JUNIT: dict[str, tuple[set[str], set[str], list[str]]] = {
    "testsuites": (set(), {"name", "tests", "failures", "errors", "time", "disabled"}, ["testsuite"]),
    "testsuite": (
        {"name", "tests"},
        {"failures", "errors", "skipped", "time", "timestamp", "hostname", "id", "package", "disabled"},
        ["properties", "testcase", "system-out", "system-err"],
    ),
    "properties": (set(), set(), ["property"]),
    "property": ({"name", "value"}, set(), []),
    "testcase": ({"name"}, {"classname", "time", "status", "assertions"}, ["skipped", "error", "failure"]),
    "skipped": (set(), {"message"}, []),
    "failure": (set(), {"message", "type"}, []),
    "error": (set(), {"message", "type"}, []),
}
RESULT_KEYS = {
    "score", "execution_time", "output", "output_format", "visibility", "stdout_visibility", "extra_data", "tests",
}  # fmt: skip
TEST_KEYS = {
    "score", "max_score", "status", "name", "number", "output", "output_format", "tags", "visibility",
}  # fmt: skip


def check_junit(element: Xml.Element) -> None:
    """Hold an element and all below it against the schema."""
    required, optional, children = JUNIT[element.tag]
    assert required <= set(element.attrib) <= required | optional, element.tag
    places = [children.index(child.tag) for child in element]
    assert places == sorted(places), element.tag
    for child in element:
        check_junit(child)


def one_report(tmp_path: Path, points: float = 8.0, **more: str) -> Path:
    """A report in a file, as grade.py --json writes it."""
    path = tmp_path / "report.json"
    path.write_text(report_file.dump(report("ann", points, **more)), encoding="utf-8")  # type: ignore[arg-type]
    return path


def test_junit_holds_to_its_schema_whatever_programs_print(tmp_path: Path) -> None:
    """Every suite counts its cases, every failure says why, and nothing breaks the XML."""
    keep(tmp_path / "out", write(tmp_path / "in", CANVAS), {"doejane_102": 10.0, "陳大文_104": -1})
    assert export(tmp_path / "out", "--to", "junit")[0] == 3
    root = Xml.fromstring((tmp_path / "out" / "export" / "junit.xml").read_bytes())
    check_junit(root)
    for suite in root:
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.attrib[attribute]) == len(suite.findall(f"testcase/{tag}"))
        assert int(suite.attrib["tests"]) == len(suite.findall("testcase"))
    by_name = {suite.attrib["name"]: suite for suite in root}
    assert by_name["doejane_102.exercise1"].attrib["failures"] == "0"
    assert by_name["doejane_101.exercise1"].attrib["failures"] == "1"
    assert by_name["陳大文_104.exercise1"].attrib["errors"] == "1"
    assert "<script>" in (by_name["doejane_101.exercise1"].find("testcase/failure").text or "")  # type: ignore[union-attr]


def test_gradescope_results_have_the_documented_keys_only(tmp_path: Path) -> None:
    """One report becomes one results.json: points, a test a check, words as text."""
    assert export(one_report(tmp_path), "--to", "gradescope")[0] == 0
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert set(results) <= RESULT_KEYS and results["score"] == 8.0 and results["output_format"] == "text"
    assert all(set(test) <= TEST_KEYS and None not in test.values() for test in results["tests"])
    assert [test.get("status") for test in results["tests"]] == ["passed", "failed", None]
    assert all(isinstance(test["number"], str) for test in results["tests"])
    assert "\x00" not in results["tests"][1]["output"] and "<script>" in results["tests"][1]["output"]


def test_a_class_becomes_a_file_each(tmp_path: Path) -> None:
    """A class graded here has a results.json for each submission, groups once."""
    keep(tmp_path / "out", write(tmp_path / "in", GRADESCOPE))
    export(tmp_path / "out", "--to", "gradescope")
    names = {path.name for path in (tmp_path / "out" / "export" / "gradescope").iterdir()}
    assert {"Jane_Doe_301.json", "田中_花子_302.json"} <= names


def test_a_fault_is_never_a_score(tmp_path: Path) -> None:
    """Where the grader failed there is no score at all, and the status says so."""
    path = one_report(tmp_path, outcome="error")
    assert export(path, "--to", "gradescope")[0] == 3
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert "score" not in results and "tests" not in results and "own fault" in results["output"]
    status, said = export(path, "--to", "classroom50")
    assert status == 2 and "grader failed" in said and not (tmp_path / "result.json").exists()


METADATA = {
    "id": 77,
    "created_at": "2026-11-21T12:30:00.000000-08:00",
    "assignment": {"due_date": "2026-11-20T23:00:00.000000-08:00"},
    "users": [{"email": "ann@example.org", "name": "Ann", "sid": "5", "assignment": {"due_date": None}}],
}


@pytest.mark.parametrize(
    ("policy", "own_due", "score", "words"),
    [
        ("", None, 8.0, "Late by 13 h 30 min. Nothing is deducted."),
        ("lateness: {percent_per_day: 10}", None, 7.2, "Late by 13 h 30 min: 10 % of the points reached (0.80)"),
        ("lateness: {percent_per_day: 10, grace_minutes: 820}", None, 8.0, ""),
        ("lateness: {percent_per_day: 40, cap_percent: 25}", None, 6.0, "25 %"),
        ("lateness: {percent_per_day: 10}", "2026-11-22T00:00:00-08:00", 8.0, ""),
    ],
)
def test_lateness_is_its_own_line(policy: str, own_due: str | None, score: float, words: str, tmp_path: Path) -> None:
    """The platform's time stamps and the course's policy decide; no check's points change, an extension counts."""
    user = METADATA["users"][0] | {"assignment": {"due_date": own_due}}  # type: ignore[index,operator]
    (tmp_path / "m.json").write_text(json.dumps(METADATA | {"users": [user]}))
    folder = course(tmp_path, policy)
    metadata = str(tmp_path / "m.json")
    export(one_report(tmp_path), "--to", "gradescope", "--metadata", metadata, "--course", str(folder))
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert results["score"] == score and sum(test["score"] for test in results["tests"]) == 8.0
    assert words in results["output"] and (bool(words) is ("Late" in results["output"]))


def test_a_bare_late_mark_costs_nothing(tmp_path: Path) -> None:
    """Canvas says that somebody is late, not by how much: said, and left to the instructor."""
    keep(tmp_path / "out", write(tmp_path / "in", CANVAS))
    folder = course(tmp_path, "lateness: {percent_per_day: 10}")
    export(tmp_path / "out", "--to", "csv", "--course", str(folder))
    rows = {
        row["id"]: row for row in csv.DictReader(io.StringIO((tmp_path / "out/export/marks.csv").read_text("utf-8")))
    }
    assert rows["103"]["late"].startswith("Late. The platform does not say by how much")
    assert rows["103"]["final"] == rows["103"]["points"] == "8" and rows["101"]["late"] == ""


def test_a_due_time_of_the_course_serves_exports_without_one(tmp_path: Path) -> None:
    """Gradescope's export has the time of handing in; the course may say what was due, and groups share it."""
    keep(tmp_path / "out", write(tmp_path / "in", GRADESCOPE))
    folder = course(tmp_path, 'lateness: {percent_per_day: 10, due: "2026-11-20T21:00:00Z"}')
    export(tmp_path / "out", "--to", "jsonl", "--course", str(folder))
    found = [json.loads(line) for line in (tmp_path / "out/export/marks.jsonl").read_text("utf-8").splitlines()]
    late = {each["submission"]: each["late"] for each in found}
    assert late["Jane_Doe_301"]["deduction"] == 0.8 and late["田中_花子_302"]["deduction"] == 1.6
    assert [person["name"] for person in found[0]["people"]] == ["Jane Doe", "Åsa Öberg"]


def test_a_due_time_without_its_zone_is_refused(tmp_path: Path) -> None:
    """A time that could be any of 24 is an error of the course, with its line."""
    folder = course(tmp_path, 'lateness: {due: "2026-11-20T21:00:00"}')
    status, said = export(one_report(tmp_path), "--to", "csv", "--course", str(folder))
    assert status == 2 and "lateness.due" in said


def test_classroom50_has_its_keys_and_whole_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The result names the commit and the assignment, and counts in whole points."""
    monkeypatch.setenv("GITHUB_SHA", "abc")
    monkeypatch.setenv("CLASSROOM_ASSIGNMENT", "tokens")
    assert export(one_report(tmp_path), "--to", "classroom50")[0] == 0
    result = json.loads((tmp_path / "result.json").read_text())
    assert list(result) == [
        "schema", "classroom", "assignment", "assignment_type", "owner", "submission", "commit", "release", "review",
        "datetime", "graded_at", "score", "max-score", "tests",
    ]  # fmt: skip
    assert result["schema"] == "classroom50/result/v1"
    assert (result["commit"], result["assignment"], result["score"], result["max-score"]) == ("abc", "tokens", 8, 10)
    assert all(set(test) == {"test-name", "passed", "score", "max-score"} for test in result["tests"])
    assert all(type(test[key]) is int for test in result["tests"] for key in ("score", "max-score"))


def test_classroom50_takes_one_submission(tmp_path: Path) -> None:
    """A class is not one result."""
    keep(tmp_path / "out", write(tmp_path / "in", {"a/exercise1.py": PASS, "b/exercise1.py": PASS}))
    assert "one submission at a time, and there are 2" in export(tmp_path / "out", "--to", "classroom50")[1]


def test_csv_is_harmless_and_a_row_each(tmp_path: Path) -> None:
    """Names that a spreadsheet would run are made harmless; groups have a row a person."""
    keep(tmp_path / "out", write(tmp_path / "in", {"=1+1/exercise1.py": PASS, "@SUM/exercise1.py": PASS}))
    export(tmp_path / "out", "--to", "csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out" / "export" / "marks.csv").read_text("utf-8"))))
    assert [row["student"] for row in rows] == ["'=1+1", "'@SUM"]
    assert [row["exercise1"] for row in rows] == ["8", "8"]


def test_jsonl_holds_whole_reports(tmp_path: Path) -> None:
    """Every report can be read back from its line."""
    keep(tmp_path / "out", write(tmp_path / "in", CANVAS))
    export(tmp_path / "out", "--to", "jsonl")
    lines = (tmp_path / "out" / "export" / "marks.jsonl").read_text("utf-8").splitlines()
    reports = [report_file.load(json.dumps(json.loads(line)["report"])) for line in lines]
    assert any(check.message == EVIL for each in reports for e in each.exercises for check in e.checks)
    assert [json.loads(line)["files"] for line in lines if '"101"' in line] == [
        {"exercise1": "doejane_101_9001_exercise1.py"}
    ]


def test_one_exercise_alone(tmp_path: Path) -> None:
    """--exercise exports that one's marks, and names what there is where it was not graded."""
    keep(tmp_path / "out", write(tmp_path / "in", {"a/exercise1.py": PASS}))
    assert export(tmp_path / "out", "--to", "csv", "--exercise", "exercise1")[0] == 0
    status, said = export(tmp_path / "out", "--to", "csv", "--exercise", "exercise9")
    assert status == 2 and "but in exercise1" in said


@pytest.mark.parametrize(("content", "said"), [(None, "no such folder"), ("{}", "grade/report/1"), ("x", "not JSON")])
def test_what_is_no_grading_is_refused(content: str | None, said: str, tmp_path: Path) -> None:
    """A wrong path or file is one line."""
    path = tmp_path / "r.json"
    if content is not None:
        path.write_text(content)
    status, words = export(path, "--to", "csv")
    assert status == 2 and said in words
