"""The kinds of words in a source: what a reader would call each of them, and nothing lost of any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.render.colours import kinds_of_words


def coloured(source: str) -> list[tuple[str, str]]:
    """The words that have a kind."""
    return [(kind, text) for kind, text in kinds_of_words(source) if kind]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("if x: pass  # not 'now'", [("keyword", "if"), ("keyword", "pass"), ("comment", "# not 'now'")]),
        ('print("a # b", end="")', [("builtin", "print"), ("string", '"a # b"'), ("string", '""')]),
        ("f'{x}' + rb\"\\\"\"", [("string", "f'{x}'"), ("string", 'rb"\\""')]),
        ('"""one\n# two"""\nx', [("string", '"""one\n# two"""')]),
        ("stream.print(format_print)", []),
        ("self.sum = sum(1_000.5e-3, 0xFF, .5, 2j)", [
            ("builtin", "self"), ("builtin", "sum"), ("number", "1_000.5e-3"), ("number", "0xFF"), ("number", ".5"),
            ("number", "2j"),
        ]),
        ("x1 = grab'a'", [("string", "'a'")]),
        ("'never closed\nx = 1", [("string", "'never closed"), ("number", "1")]),
        ("'''never closed\nx = 1", [("string", "'''never closed\nx = 1")]),
        ("'a\\\nb' + 1", [("string", "'a\\\nb'"), ("number", "1")]),
    ],
)  # fmt: skip
def test_words_are_of_the_kind_that_a_reader_would_name(source: str, expected: list[tuple[str, str]]) -> None:
    """Comments, texts, numbers, keywords and built-in names; an attribute is none of them."""
    assert coloured(source) == expected


@given(st.text(alphabet="ab01._#'\"\\\n rf{}", max_size=60))
def test_nothing_is_changed_or_lost(source: str) -> None:
    """The pieces put together are the text, whatever it is."""
    assert "".join(text for _, text in kinds_of_words(source)) == source


def test_a_text_full_of_quotes_is_read_in_one_pass() -> None:
    """An end that never comes is looked for once, not once for every place where it might."""
    assert len(coloured("'''\\" * 50_000 + '"' * 99_999)) < 10
