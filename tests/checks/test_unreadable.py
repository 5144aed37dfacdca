"""Why Python cannot read a file: how it was saved, what was pasted into it, and when it is neither."""

from __future__ import annotations

import pytest

from grader.checks.program import runs
from grader.checks.unreadable import Unreadable, why_unreadable
from grader.checks.words import fill_in, fill_in_hints
from tests.checks.cases import case_of, course
from tests.traces import TraceBuilder

PROGRAM = 'import anthropic\n\nprint("Grüße")\n'


def of(content: bytes) -> Unreadable | None:
    """What is said of a file that Python itself has refused."""
    text = content.decode("utf-8", "surrogateescape")
    with pytest.raises((SyntaxError, ValueError)) as refused:
        compile(content, "exercise1.py", "exec")
    line = refused.value.lineno if isinstance(refused.value, SyntaxError) else None
    return why_unreadable(f"{type(refused.value).__name__}: {refused.value}", text, line)


def test_another_encoding_is_told_with_byte_letter_and_line() -> None:
    """Latin-1 is no incomplete bracket."""
    assert of(PROGRAM.encode("latin-1")) == Unreadable("bytes", "0xfc", "ü", 3)


def test_a_byte_is_found_where_python_names_another_line_or_none() -> None:
    """A comment's byte may stand before the one that Python names; a byte without a letter has none."""
    assert of(b"# caf\xe9\n" + PROGRAM.encode("latin-1")) == Unreadable("bytes", "0xfc", "ü", 4)
    said = "SyntaxError: Non-UTF-8 code starting with '\\x81' in file exercise1.py"
    assert why_unreadable(said, "x = 1\ny = '\udc81'\n", None) == Unreadable("bytes", "0x81", "", 2)
    assert why_unreadable(said, "y = '\udc81'\n", 7) == Unreadable("bytes", "0x81", "", 1)
    assert why_unreadable(said, "y = 1\n", 1) is None  # another file's


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_told_with_and_without_its_mark(encoding: str) -> None:
    """Every second byte is a null."""
    assert of(PROGRAM.encode(encoding)) == Unreadable("utf-16")


def test_a_single_null_byte_is_told_with_its_line() -> None:
    """A damaged file is not taken for UTF-16."""
    assert of(PROGRAM.encode() + b"# \0\n") == Unreadable("null", line=4)
    assert why_unreadable("SyntaxError: source code cannot contain null bytes", PROGRAM, None) == Unreadable("null")


def test_tabs_among_spaces_are_told() -> None:
    """Python's word for it is not the student's."""
    assert of(b"if 1:\n        x = 1\n\ty = 2\n") == Unreadable("tabs", line=3)


def test_a_pasted_sign_is_told() -> None:
    """Curly quotation marks are shown; a space that is none shows nothing."""
    assert of("x = 1\nprint(“x”)\n".encode()) == Unreadable("sign", "U+201C", "“", 2)
    assert of("x =\u00a01\n".encode()) == Unreadable("sign", "U+00A0", "", 1)


def test_an_encoding_that_python_does_not_know_is_told() -> None:
    """The comment that declares it is named, never line 0."""
    assert of(b"#!/usr/bin/python\n# coding: klingon\n") == Unreadable("declared", "klingon", line=2)


@pytest.mark.parametrize("content", [b"print('a'\n", b"def f(:\n", b"if 1:\nx = 1\n", b"'abc\n"])
def test_a_fault_of_the_grammar_is_none_of_these(content: bytes) -> None:
    """A bracket, a quotation mark or an indentation that is not complete stays what it is."""
    assert of(content) is None


# ---------------------------------------------------------------- as the student reads it

SAID = """  File "{file}", line {line}
SyntaxError: (unicode error) 'utf-8' codec can't decode byte 0xfc in position 2: invalid start byte
"""


def test_the_report_says_to_save_as_utf_8() -> None:
    """No word of brackets; the line, the byte, and what to do."""
    text = PROGRAM.encode("latin-1").decode("utf-8", "surrogateescape")
    trace = TraceBuilder(source=text).complains(SAID.format(file="exercise1.py", line=3)).exits(1)
    verdict = runs(case_of(trace))
    assert verdict.misconceptions == ("does-not-parse",)
    assert (verdict.facts["line"], verdict.facts["error_line"]) == ("3", "3")
    words = course().misconceptions["does-not-parse"]
    facts = {"program": "exercise1.py", **verdict.facts}
    said = fill_in(words.finding, facts)
    assert said.startswith("Line 3 of exercise1.py holds the byte 0xfc (`ü` in Windows-1252), which is not UTF-8;")
    assert "Save the file as UTF-8" in said
    assert "bracket" not in said
    assert 'read_text(encoding="cp1252")' in fill_in_hints(words.hints, facts)[2]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("```python", "pasted"),
        ("!pip install anthropic", "pasted"),
        (">>> import anthropic", "pasted"),
        ("<<<<<<< HEAD", "pasted"),
        ("await client", "rule"),
        ("return 1", "rule"),
        ("f(a=1, a=2)", "rule"),
        ("price = 01", "rule"),
        ("def f():\n    x = 1\n    global x", "rule"),
        ("!done", None),
        ("print(1", None),
        ("if True", None),
        ("i++", None),
    ],
)
def test_what_was_pasted_and_what_breaks_a_rule_is_told_apart(line: str, kind: str | None) -> None:
    """Where every sign is in its place, no bracket is looked for."""
    found = of(f"x = 1\n{line}\n".encode())
    assert (found and found.kind) == kind


def test_a_file_beside_the_exercise_is_named_as_the_one_to_save() -> None:
    """The line is that of the other file, and no line of the exercise is pointed at."""
    text = PROGRAM.encode("latin-1").decode("utf-8", "surrogateescape")
    builder = TraceBuilder(source="import money\n", files={"money.py": text})
    verdict = runs(case_of(builder.complains(SAID.format(file="money.py", line=3)).exits(1)))
    assert (verdict.facts["program"], verdict.facts["error_line"], verdict.facts["line"]) == ("money.py", "3", "")


@pytest.mark.parametrize("kind", ["bytes", "utf-16", "null", "tabs", "sign", "declared", "pasted", "rule"])
def test_every_kind_has_its_own_words(kind: str) -> None:
    """None is told as an incomplete bracket."""
    finding = course().misconceptions["does-not-parse"].finding
    said = fill_in(finding, {"unread": kind, "program": "exercise1.py", "error": "E", "error_line": "2", "code": "C"})
    assert "exercise1.py" in said
    assert "bracket" not in said
