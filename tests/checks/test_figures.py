"""Numbers as people read them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grader.checks import figures


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0.000406", "$0.000406"),
        ("0.5", "$0.500000"),
        ("0", "$0.000000"),
        ("1234.5", "$1,234.500000"),
        ("0.00000021", "$0.00000021"),
        ("1e-30", "$1E-30"),
        ("1e20", "$1E+20"),
        ("NaN", "$NaN"),
    ],
)
def test_dollars_have_six_decimals_or_more(amount: str, shown: str) -> None:
    """Small amounts keep their digits, and impossible ones break nothing."""
    assert figures.usd(Decimal(amount)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2463.0541871921", "2,463.05418719"),
        ("0.25", "0.25"),
        ("0", "0"),
        ("1e-20", "1E-20"),
        ("1e18", "1E+18"),
        ("Infinity", "Infinity"),
    ],
)
def test_numbers_have_twelve_digits(value: str, shown: str) -> None:
    """More digits than that are noise."""
    assert figures.number(Decimal(value)) == shown


def test_runs_have_two_decimals_unless_they_are_few() -> None:
    """Less than one run is written out."""
    assert [figures.runs(Decimal(value)) for value in ("2463.0541", "0.2463")] == ["2,463.05", "0.2463"]


def test_prices_are_written_as_in_the_list() -> None:
    """Two decimals, and more only where they are needed."""
    assert [figures.per_million(Decimal(price)) for price in ("1.00", "0.125")] == ["$1.00", "$0.125"]


def test_lists_are_joined_for_people() -> None:
    """None, one, a few, and many."""
    assert figures.listed([]) == "nothing"
    assert figures.listed(["a"]) == "a"
    assert figures.listed(["a", "b", "c"]) == "a, b and c"
    assert figures.listed(list("abcdefg")) == "a, b, c, d, e and 2 more"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("call_cost(21, 77) returned 0.00038500000000000003", "call_cost(21, 77) returned 0.000385"),
        ("$0.00018199999999999998", "$0.000182"),
        ("9.8e-05", "0.000098"),
        ("24.63054187192118", "24.6305418719"),
        ("0.00040012 and 1e-30 and model-4.5", "0.00040012 and 1e-30 and model-4.5"),
    ],
)
def test_a_float_is_read_without_its_noise(text: str, shown: str) -> None:
    """Twelve digits are as many as anybody reads; short numbers and impossible ones stay as they are."""
    assert figures.readable(text) == shown


def test_words_are_told_with_their_characters() -> None:
    """As someone counts a text by hand."""
    assert figures.words("Hi, what is a token?") == "5 words, 20 characters"
    assert figures.words("Hi") == "1 word, 2 characters"
