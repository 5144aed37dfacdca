"""A stranger's text, safe and honest to show."""

from __future__ import annotations

import pytest

from grader.render.excerpt import ROOMS, Room, cut, excerpt
from grader.render.values import exact, rounded
from grader.render.visible import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain — ümlaut 漢字 🙂", "plain — ümlaut 漢字 🙂"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("\x00\x7f\x9b", "\\x00\\x7f\\u009b"),
        ("a\u202eb\u200bc\ufeff", "a\\u202eb\\u200bc\\ufeff"),
        ("\udcff\ud800", "\\xff\\ud800"),
        ("a\nb\tc", "a\nb\tc"),
    ],
)
def test_what_cannot_be_seen_is_named(text: str, shown: str) -> None:
    """Controls, marks of direction, bytes that are no text."""
    assert visible(text) == shown


def test_long_text_is_cut_in_the_middle_and_says_how_much() -> None:
    """Both ends stay."""
    assert visible("a" * 60 + "b" * 60, 10) == "aaaaa [… 110 characters left out …] bbbbb"
    assert cut("short", 10) == "short"


def test_white_space_that_one_would_overlook_has_signs() -> None:
    """Spaces at the ends, doubled ones, tabs and line ends."""
    shown = str(exact(" a  b\tc \n"))
    assert shown.count('<span class="space">·</span>') == 4
    assert "⇥" in shown
    assert "↵" in shown


def test_the_difference_of_two_values_is_marked() -> None:
    """Only what differs, and only where both are values."""
    assert str(exact("$0.007596", "$0.005892")) == "$0.00<mark>7596</mark>"
    assert "<mark>" not in exact("an end by itself with exit status 0", "exit status 1")
    assert "<mark>" not in exact("21", "21")
    assert str(exact("f(21, 77) = 0.00049", "f(21, 77) = 0.000406")) == "f(21, 77) = 0.0004<mark>9</mark>"
    assert str(exact("7 in and 71 out", "21 in and 77 out")) == "<mark>7</mark> in and 7<mark>1</mark> out"
    assert str(exact("5495", "2,463.05")) == "<mark>5495</mark>"


def test_the_way_in_which_a_number_is_written_is_no_difference() -> None:
    """Thousands separators and the sign of the dollar are passed over."""
    assert str(exact("2463.10", "2,463.05")) == "2463.<mark>10</mark>"
    assert str(exact("$1,337", "1337")) == "$1,337"


def test_the_binary_noise_of_a_float_stands_back_and_is_there() -> None:
    """The exact value can be read, and so can the number that was meant."""
    shown = str(exact("0.00010200000000000001", "$0.000406"))
    assert shown == '0.000<mark>102<span class="noise">00000000000001</span></mark>'
    assert "noise" not in exact("1000000000001")
    assert rounded("0.00018199999999999998") == "0.000182"
    assert rounded("0.000182") == rounded("0.00010200000000000001") == ""  # read well enough


def test_nothing_is_said_to_be_nothing() -> None:
    """An empty value is no gap in the page."""
    assert "nothing" in exact("")


def test_an_excerpt_keeps_both_ends_and_counts_the_rest() -> None:
    """Every line is shown or counted."""
    text = "".join(f"{number}\n" for number in range(1, 1001))
    for room in (*ROOMS, Room(output_lines=7)):
        lines = excerpt(text, room)
        assert (lines[0].text, lines[-1].text) == ("1", "1000")
        (gap,) = [line.text for line in lines if line.number is None]
        assert int(gap.split()[1].replace(",", "")) + len(lines) - 1 == 1000
