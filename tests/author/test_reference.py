"""The reference for authors of checks: built without a warning, whole, and true where that can be told."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from grader.author import reference
from grader.checks.vocabulary import VOCABULARY
from grader.checks.words import FACTS
from tests.author.copies import ROOT, grade_py

_MARKED = re.compile(r"`([a-z_]+)`")


@pytest.mark.parametrize("name", VOCABULARY)
def test_every_shared_check_says_what_it_compares_and_gives(name: str) -> None:
    """When it passes, and which facts a hint may speak of: each is one of the list that texts are filled in from."""
    said = VOCABULARY[name].__doc__ or ""
    assert said.startswith("Pass when ")
    _, found, facts = said.partition("\n\n    Facts: ")
    assert found, f"{name} does not say which facts it gives"
    known = {*FACTS, *(each.partition(".")[2] for each in VOCABULARY)}
    assert set(_MARKED.findall(facts)) <= known


def test_the_reference_is_built_without_a_warning_and_holds_the_vocabulary(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every name that stands after `check:` is in it, and every function is described on a page of its own module."""
    pytest.importorskip("pdoc", reason="pdoc is not installed")
    assert grade_py(ROOT, "docs", str(tmp_path / "reference")) == 0
    assert "no warnings" in capsys.readouterr().out
    pages = tmp_path / "reference" / "grader" / "checks"
    vocabulary = unescape((pages / "vocabulary.html").read_text(encoding="utf-8"))
    for name, check in VOCABULARY.items():
        assert f"<code>{name}</code>" in vocabulary
        page = pages / f"{check.__module__.rpartition('.')[2]}.html"
        assert f'id="{check.__name__}"' in page.read_text(encoding="utf-8")
    for name in ("trace.html", "screen.html", "course.html"):
        assert (pages.parent / name).is_file()


def test_what_has_no_docstring_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A public function that says nothing is named, and the command fails."""
    pytest.importorskip("pdoc", reason="pdoc is not installed")
    (tmp_path / "silent.py").write_text(
        "def says_nothing(): pass\ndef _private(): pass\nclass C:\n  'C.'\n  @property\n  def p(self): pass\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(reference, "modules", lambda: ("silent",))
    assert grade_py(ROOT, "docs", str(tmp_path / "out")) == 1
    assert capsys.readouterr().err == "silent.says_nothing has no docstring.\nsilent.C.p has no docstring.\n"


def test_without_the_tool_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, exit status 2."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "pdoc" else object())
    assert grade_py(ROOT, "docs", str(tmp_path)) == 2
    assert "pip install -e '.[docs]'" in capsys.readouterr().err
