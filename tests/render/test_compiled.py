"""Templates that were compiled before: taken where they are of the same sources, and else not."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader
from jinja2.compiler import CodeGenerator

from grader.render.compiled import Compiled

Render = Callable[[], tuple[str, bool]]


@pytest.fixture
def render(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Render:
    """Fill a template of a folder in, as a new process does: what comes out, and whether it was compiled."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    (tmp_path / "page.html").write_text("Hello {{ name }}", encoding="utf-8")
    (tmp_path / "maker.py").write_text("one")

    def rendered() -> tuple[str, bool]:
        compiled = False

        class Generator(CodeGenerator):
            def visit_Template(self, *arguments: object, **named: object) -> None:  # noqa: N802  (Jinja's name)
                nonlocal compiled
                compiled = True
                super().visit_Template(*arguments, **named)  # type: ignore[arg-type]

        environment = Environment(
            loader=FileSystemLoader(tmp_path),
            bytecode_cache=Compiled(tmp_path, tmp_path / "maker.py"),
            autoescape=True,
        )
        environment.code_generator_class = Generator
        return environment.get_template("page.html").render(name="<Ann>"), compiled

    return rendered


def test_a_template_is_compiled_once(render: Render) -> None:
    assert [render(), render()] == [("Hello &lt;Ann&gt;", True), ("Hello &lt;Ann&gt;", False)]


def test_one_that_has_changed_is_compiled_anew(render: Render, tmp_path: Path) -> None:
    """Or the file that says how."""
    render()
    (tmp_path / "page.html").write_text("Bye {{ name }}", encoding="utf-8")
    assert [render(), render()] == [("Bye &lt;Ann&gt;", True), ("Bye &lt;Ann&gt;", False)]
    (tmp_path / "maker.py").write_text("two")
    assert [render()[1], render()[1]] == [True, False]


@pytest.mark.parametrize("kept", [0, 32, 40, 60, 200])
def test_what_is_torn_is_made_again(render: Render, tmp_path: Path, kept: int) -> None:
    render()
    (file,) = (tmp_path / "__pycache__").iterdir()
    file.write_bytes(file.read_bytes()[:kept])
    assert [render(), render()] == [("Hello &lt;Ann&gt;", True), ("Hello &lt;Ann&gt;", False)]


def test_nothing_is_kept_where_python_keeps_nothing(
    render: Render, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert [render()[1], render()[1]] == [True, True]
    assert not (tmp_path / "__pycache__").exists()


def test_a_folder_that_cannot_be_written_to_does_no_harm(render: Render, tmp_path: Path) -> None:
    (tmp_path / "__pycache__").write_text("a file is in the way")
    assert [render(), render()] == [("Hello &lt;Ann&gt;", True)] * 2
