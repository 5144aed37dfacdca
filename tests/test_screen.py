"""What a person would read of a program's output."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.screen import Screen, letters, plain_text


def test_letters_are_what_python_calls_alphanumeric() -> None:
    """Letters and digits of every script are kept, one for one, and nothing else is."""
    assert all(len(letters(chr(code))) == chr(code).isalnum() for code in range(sys.maxunicode))
    assert letters("Bread, 日本 1½ ﬁ_") == "Bread日本1½ﬁ"


@pytest.mark.parametrize("text", ["Crème brûlée à la Łódź", "Йод в чаю", "ガス", "Tiếng Việt"])
def test_an_accent_may_be_part_of_its_letter_or_follow_it(text: str) -> None:
    """Both ways to write an accented letter look the same on a screen, and are."""
    assert letters(unicodedata.normalize("NFD", text)) == letters(text)


@pytest.mark.parametrize(
    "code",
    [
        "\x1b[31m",
        "\x1b[1;38;5;200m",
        "\x1b[2K",
        "\x1b[?25l",
        "\x1b[3A",
        "\x1b]0;a title\x07",
        "\x1b]8;;https://example.org\x1b\\",
        "\x1bPa device string\x1b\\",
        "\x1b(B",
        "\x1b7",
        "\x1bM",
        "\x1b=",
        "\x1b>",
    ],
)
def test_control_sequences_are_not_text(code: str) -> None:
    """What steers a terminal is neither read nor matched, however the bytes are cut."""
    data = f"bef{code}ore".encode()
    assert plain_text(data) == "before"
    for cut in range(len(data) + 1):
        screen = Screen()
        screen.write(data[:cut])
        screen.write(data[cut:])
        assert screen.since(0) == "before"


def test_an_escape_that_never_ends_hides_a_page_at_most() -> None:
    """A stray escape does not swallow the rest of the output."""
    screen = Screen()
    screen.write(b"\x1b]")
    for _ in range(100):
        screen.write(b"x" * 100)
    assert len(screen) == 10_000


@given(st.text(), st.lists(st.integers(0, 200)))
def test_bytes_may_be_cut_anywhere(text: str, cuts: list[int]) -> None:
    """A cut inside a character or a sequence changes nothing of what stands on the screen."""
    data = text.replace("\x1b", "").encode("utf-8", "replace")
    screen = Screen()
    start = 0
    for cut in [*sorted(cuts), len(data)]:
        screen.write(data[start:cut])
        start = max(start, cut)
    assert screen.since(0) == letters(plain_text(data))
    assert len(screen) == len(screen.since(0))


def test_bytes_that_are_no_text_are_passed_over() -> None:
    """Invalid UTF-8 is no letter."""
    screen = Screen()
    screen.write(b"a\xff\xfeb\x00c")
    assert screen.since(0) == "abc"


def test_the_screen_is_read_on_from_where_a_reader_stopped() -> None:
    """Each reader keeps its own place; writes without letters make none."""
    screen = Screen()
    screen.write(b"one")
    place = screen.writes
    screen.write(b" - \n")
    assert screen.writes == place
    screen.write(b"two")
    assert screen.since(place) == "two"
