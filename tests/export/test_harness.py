"""The scripts that run inside of platforms, run in folders that look like those platforms."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
import yaml

ROOT = Path(__file__).parents[2]
HARNESS = ROOT / "grader" / "export" / "harness"
SOLUTION = (ROOT / "course" / "exercise1" / "solution.py").read_text(encoding="utf-8")

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the platforms' machines are Linux")


def run(script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script as the platform does."""
    given = {**os.environ, "GRADE_PYTHON": sys.executable, "GRADE_ONLY": "exercise1", **environment}
    command = [str(HARNESS / script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, env=given, check=False)


def autograder(folder: Path, program: str | None, due: str = "2026-11-20T23:00:00-08:00") -> Path:
    """Make what Gradescope's machine looks like."""
    (folder / "submission").mkdir(parents=True)
    (folder / "results").mkdir()
    (folder / "source").symlink_to(ROOT)
    if program is not None:
        (folder / "submission" / "exercise1.py").write_text(program, encoding="utf-8")
    metadata = {"id": 1, "created_at": "2026-11-21T12:00:00-08:00", "assignment": {"due_date": due}, "users": []}
    (folder / "submission_metadata.json").write_text(json.dumps(metadata))
    return folder


def test_gradescope_grades_a_submission(tmp_path: Path) -> None:
    """A right program gets its points, with the lateness said, and nothing is left beside the results."""
    root = autograder(tmp_path / "autograder", SOLUTION)
    done = run("run_autograder", AUTOGRADER_ROOT=str(root), GRADE_SANDBOX="none")
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    assert results["score"] == sum(test["max_score"] for test in results["tests"]) > 0
    assert all(test["status"] == "passed" for test in results["tests"]) and "Late by 13 h" in results["output"]
    assert sorted(path.name for path in root.iterdir()) == [
        "results",
        "source",
        "submission",
        "submission_metadata.json",
    ]


def test_gradescope_gets_no_zero_for_our_fault(tmp_path: Path) -> None:
    """A grader that cannot run leaves a message without a score, and a status that the platform shows as a failure."""
    root = autograder(tmp_path / "autograder", SOLUTION)
    done = run("run_autograder", AUTOGRADER_ROOT=str(root), GRADE_PYTHON="false")
    results = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    assert done.returncode == 3 and "score" not in results and "not your program's fault" in results["output"]


def test_gradescope_grades_an_empty_submission_as_missing(tmp_path: Path) -> None:
    """Nothing handed in is a result, not a fault."""
    root = autograder(tmp_path / "autograder", None)
    done = run("run_autograder", AUTOGRADER_ROOT=str(root), GRADE_SANDBOX="none")
    results = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    assert done.returncode == 0 and results["score"] == 0


def test_the_image_is_set_up_beside_the_grader(tmp_path: Path) -> None:
    """setup.sh makes an environment in the source folder, where run_autograder looks for it."""
    (tmp_path / "bin").mkdir()
    for name in ("apt-get", "python3"):
        fake = tmp_path / "bin" / name
        fake.write_text(f'#!/bin/sh\necho "{name} $@" >>"{tmp_path}/said"\n')
        fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
    environment = tmp_path / "source" / ".venv" / "bin"
    environment.mkdir(parents=True)
    (environment / "python").symlink_to(tmp_path / "bin" / "python3")
    done = run("setup.sh", AUTOGRADER_ROOT=str(tmp_path), PATH=f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    said = (tmp_path / "said").read_text()
    assert done.returncode == 0 and f"-m venv {tmp_path}/source/.venv" in said
    assert f"-m pip install --quiet {tmp_path}/source[bulk]" in said


@pytest.mark.parametrize(("program", "status"), [(SOLUTION, 0), ("print('hello')\n", 1)])
def test_ci_leaves_results_and_fails_on_request(program: str, status: int, tmp_path: Path) -> None:
    """Checks that fail are a result with status 0; with GRADE_FAIL=1 they fail the build."""
    (tmp_path / "submission").mkdir()
    (tmp_path / "submission" / "exercise1.py").write_text(program, encoding="utf-8")
    done = run("ci.sh", str(tmp_path / "submission"), str(tmp_path / "results"), GRADE_FAIL="1", GITHUB_SHA="abc")
    assert done.returncode == status, done.stdout + done.stderr
    result = json.loads((tmp_path / "results" / "result.json").read_text())
    assert (result["score"] == result["max-score"]) is (status == 0) and result["commit"] == "abc"
    assert Xml.parse(tmp_path / "results" / "junit.xml").getroot().tag == "testsuites"
    assert (tmp_path / "results" / "report.html").is_file()


def test_the_workflow_runs_that_script() -> None:
    """The workflow is YAML with one job that calls ci.sh, and may read the repository alone."""
    workflow = yaml.safe_load((HARNESS / "classroom50.yml").read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    assert workflow["permissions"] == {"contents": "read"}
    assert any("harness/ci.sh submission results" in step.get("run", "") for step in job["steps"])
