"""What becomes of a notebook."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.checks.cells import cell_of
from grader.run.notebook import NotebookError, program_of, with_notebooks
from grader.run.submission import read_submission
from tests.batch import Piece, grade_all


def notebook(*cells: str | tuple[str, str], language: str = "python") -> bytes:
    """A notebook of code cells, or of (kind, source)."""
    made = [("code", cell) if isinstance(cell, str) else cell for cell in cells]
    return json.dumps(
        {
            "nbformat": 4,
            "metadata": {"kernelspec": {"language": language}},
            "cells": [
                {"cell_type": kind, "source": source.splitlines(keepends=True), "outputs": [{"text": "STALE"}]}
                for kind, source in made
            ],
        }
    ).encode()


def test_code_cells_run_in_order_and_outputs_do_not_count() -> None:
    """The program is the code cells one after the other, without texts and outputs."""
    program = program_of(notebook("x = 1", ("markdown", "# Title"), "x += 1\nprint(x)"), "exercise2.ipynb").decode()
    said: list[object] = []
    exec(compile(program, "exercise2.py", "exec"), {"print": said.append})
    assert said == [2] and "STALE" not in program and "Title" not in program


def test_a_line_is_found_in_its_cell() -> None:
    """Line numbers of the program lead back to the cell."""
    program = program_of(notebook("x = 1\ny = 2", "\nraise ValueError"), "exercise2.ipynb").decode()
    line = program.split("\n").index("raise ValueError") + 1
    assert cell_of(program, line) == (2, 2)
    assert cell_of(program, 1) is None
    assert "code cell 2 ---" in program.split("\n")[line - 3]


@pytest.mark.parametrize(
    ("cell", "magic"),
    [
        ("%pip install anthropic", "%pip"),
        ("import os\n!ls", "!"),
        ("%%bash\nls", "%%bash"),
        ("print?", "?"),
        ("?print", "?"),
        ("files = !ls", "!"),
        ("t = %timeit -o f()", "%timeit"),
        ("try:\n    %load_ext x\nexcept Exception:\n    pass", "%load_ext"),
    ],
)
def test_a_magic_is_refused_by_name_and_cell(cell: str, magic: str) -> None:
    """What only a notebook understands is named, with its cell."""
    with pytest.raises(NotebookError) as told:
        program_of(notebook("import os", cell), "exercise2.ipynb")
    assert f"{magic} is a command of notebooks" in str(told.value) and "code cell 2, line" in str(told.value)


@pytest.mark.parametrize(
    "cell",
    [
        'text = """\n%pip is a magic\n!important\n"""',
        "x = (7\n%2)",
        "x = 7 \\\n%2",
        "# %pip install",
        "x = 5 % 3\ny = 'what?'",
        "async def f():\n    await g()\n    async with h():\n        pass",
        "print('await')",
    ],
)
def test_what_only_looks_like_a_magic_is_a_program(cell: str) -> None:
    """Strings, brackets and comments may begin like magics."""
    assert cell in program_of(notebook(cell), "exercise2.ipynb").decode()


@pytest.mark.parametrize("cell", ["m = await f()", "async with f() as g:\n    pass", "if x:\n    await f()"])
def test_await_at_the_top_is_refused(cell: str) -> None:
    """A notebook awaits anywhere, a program does not."""
    with pytest.raises(NotebookError, match=r"code cell 1.*asyncio\.run"):
        program_of(notebook(cell), "exercise2.ipynb")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"print(1)", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "no list of cells"),
        (b"{}", "no list of cells"),
        (notebook("x", language="R"), "in R"),
        (notebook(" \n"), "no code cell"),
        (json.dumps({"cells": [{"cell_type": "code", "source": "'\ud800'"}]}).encode(), "surrogate"),
        (notebook("x = 1\n" * 300_000), "larger than 1 MB"),
    ],
)
def test_what_is_no_notebook_is_refused(content: bytes, reason: str) -> None:
    """Anything else is a reason, not an error of ours."""
    with pytest.raises(NotebookError, match=reason):
        program_of(content, "exercise2.ipynb")


def test_a_coding_line_in_a_cell_changes_nothing() -> None:
    """A notebook is UTF-8; a cell cannot say otherwise."""
    program = program_of(notebook("# -*- coding: latin-1 -*-\ns = 'é'"), "exercise2.ipynb")
    names: dict[str, object] = {}
    exec(compile(program, "exercise2.py", "exec"), names)
    assert names["s"] == "é"


def test_the_program_goes_before_the_notebook(tmp_path: Path) -> None:
    """Where both are there, the file that the contract names is the one."""
    (tmp_path / "exercise1.ipynb").write_bytes(notebook("1"))
    (tmp_path / "exercise2.ipynb").write_bytes(notebook("2"))
    (tmp_path / "exercise2.py").write_text("3")
    (tmp_path / "exercise3.ipynb").write_bytes(notebook("%pip x"))
    submission = read_submission(tmp_path)
    assert submission.files["exercise2.py"] == b"3"
    assert submission.files["exercise1.py"].endswith(b"\n1\n")
    assert submission.rejected["exercise3.py"].startswith("exercise3.ipynb: code cell 1, line 1: %pip")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="%!? ab(\n\"'\\#:=", max_size=25), min_size=1, max_size=3))
def test_any_cell_is_taken_or_refused(cells: list[str]) -> None:
    """No text of a cell makes the grader fail."""
    _, refused = with_notebooks({"exercise1.ipynb": notebook(*cells)}, {})
    assert all("exercise1.ipynb: " in reason for reason in refused.values())


def test_an_error_points_at_its_cell(tmp_path: Path) -> None:
    """Where a program made of a notebook crashes, the report names cell and line."""
    (tmp_path / "exercise1.ipynb").write_bytes(notebook("import anthropic", "x = 1\nprint(1 / 0)"))
    submission = read_submission(tmp_path)
    (graded,) = grade_all([Piece("exercise1", submission.files, 1)])
    (exercise,) = graded.report.exercises
    told = [notice.message for notice in exercise.notices if notice.id == "from-notebook"]
    (message,) = told
    assert "is in code cell 2, line 2." in message and "exercise1.ipynb" in message
