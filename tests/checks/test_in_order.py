"""How much of an answer stands in an output in order, whatever stands between."""

from __future__ import annotations

from grader.checks.in_order import words_in_order
from tests.checks.answers import ANSWER, PLAIN

WORDS = ANSWER.split()


def test_all_words_and_every_second_one() -> None:
    """Marks between them make no difference, nor does what is printed twice."""
    assert words_in_order(WORDS, ANSWER.replace(" ", " <mark> ").split()) == 100
    assert words_in_order(WORDS, [*WORDS[:50], *WORDS]) == 100
    assert 40 < words_in_order(WORDS, WORDS[::2]) < 60


def test_words_in_another_order_are_few() -> None:
    """Each of them is there."""
    assert words_in_order(WORDS, WORDS[::-1]) < 20


def test_another_text_shares_words_by_chance() -> None:
    """Short words are in every text, and a few longer ones too, also where very few were looked for."""
    assert words_in_order(WORDS, PLAIN.split() * 20) == 0
    assert words_in_order(["language", "model"], ["a", "language"]) == 0
    assert words_in_order(["of", "a", "it"], ["of", "a", "it"]) == 0
    assert words_in_order([], WORDS) == 0
