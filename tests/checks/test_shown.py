"""Whether an answer stands on the screen whole and unbroken."""

from __future__ import annotations

import textwrap

import pytest

from grader.checks.shown import Breaks, Page, Showing, longest_beginning, read_page
from tests.checks.answers import ANSWER, LAST, PARAGRAPHS, PIECES, PLAIN


def showing(output: str, answer: str = ANSWER, sent: tuple[str, ...] = ()) -> Showing:
    """An answer on a screen with this text."""
    return Showing(Page(output.encode()), answer, sent or (answer, PLAIN))


WRAPPED = "\n\n".join(textwrap.fill(paragraph, 60) for paragraph in PARAGRAPHS)

UNBROKEN = {
    "as it is": ANSWER,
    "between other text": f"The answer:\n\n{ANSWER}\n{LAST}",
    "glued at both ends": f"Answer:{ANSWER}{LAST.strip()}",
    "after the plain answer": f"{PLAIN}\n{ANSWER}",
    "wrapped": WRAPPED,
    "wrapped after hyphens": ANSWER.replace("well-known", "well-\n  known").replace("far-fetched", "far-\r\nfetched"),
    "indented": textwrap.indent(ANSWER, "    "),
    "a word a line": "\n".join(ANSWER.split()),
    "in one line": " ".join(ANSWER.split()),
    "without marks": ANSWER.replace("**", "").replace(",", ""),
    "coloured": "".join(f"\x1b[32m{piece}\x1b[0m" for piece in PIECES),
    "with Windows line ends": ANSWER.replace("\n", "\r\n"),
    "after a spinner": "⠋ thinking\r⠙ thinking\r" + ANSWER,
    "with bars": "\n".join(f"│ {line} │" for line in WRAPPED.splitlines()),
    "with a preview": f"{ANSWER}\nIt began: {ANSWER[:80]} ...",
}
BROKEN = {
    "a line a piece": "\n".join(PIECES),
    "a space a piece": " ".join(PIECES),
    "each piece twice": "".join(piece * 2 for piece in PIECES),
    "snapshots": "\n".join("".join(PIECES[: number + 1]) for number in range(len(PIECES))),
    "twice": f"{ANSWER}\n\n{ANSWER}",
    "twice, wrapped": f"{ANSWER}\n\n{WRAPPED}",
    "its first half again": f"{ANSWER}\n\n{ANSWER[: len(ANSWER) // 2]}",
    "without its beginning": ANSWER[4:],
    "without its end": ANSWER[:-20],
    "without one piece": "".join(PIECES[:9] + PIECES[10:]),
    "with a word in between": ANSWER.replace("the person who", "the person [17] who"),
    "without spaces": "".join(ANSWER.split()),
    "two lines run together": ANSWER.replace("\n\n", "", 1),
    "a hyphen and a space": ANSWER.replace("well-known", "well- known"),
    "a line break inside a word": ANSWER.replace("language", "lan\nguage"),
    "the plain answer": PLAIN,
    "nothing": "",
}


@pytest.mark.parametrize("output", UNBROKEN.values(), ids=UNBROKEN)
def test_words_that_are_the_answers_words_are_the_answer(output: str) -> None:
    """Lines may break where the answer has white space or a hyphen, and other text may stand around it."""
    found = showing(output)
    assert found.unbroken
    assert not found.doubled


@pytest.mark.parametrize("output", BROKEN.values(), ids=BROKEN)
def test_broken_doubled_and_missing_words_are_not(output: str) -> None:
    """Nothing may stand between the pieces, and nothing twice."""
    found = showing(output)
    assert not found.unbroken or found.doubled


def test_a_hyphen_may_be_dropped_and_words_without_letters_are_ignored() -> None:
    """Letters and digits alone make a word."""
    assert showing("a well known — fact", "a well-known fact").unbroken is False
    assert showing("a wellknown * fact !", "a well-known — fact").unbroken


def test_an_answer_without_letters_is_never_shown() -> None:
    """Nothing was there to be shown."""
    assert not showing("...", "...").unbroken
    assert showing("...", "...").broken is None


def test_a_second_place_may_be_the_unbroken_one() -> None:
    """A broken copy in front of the answer does not hide it."""
    found = showing("to\nken\ntoken", "token")
    assert found.unbroken
    assert found.broken is not None


def test_very_many_broken_places_are_not_all_looked_at() -> None:
    """Megabytes between the letters of a short answer take no minutes."""
    gap = " " * 600_000
    assert not showing(f"to{gap}ken to{gap}ken to{gap}ken token", "token").unbroken


@pytest.mark.parametrize("first", range(0, 400, 37))
def test_a_few_lines_of_the_answer_once_more_are_doubled_wherever_they_begin(first: int) -> None:
    """Two lines of it are; half a line is a preview."""
    assert showing(f"{ANSWER}\nThe best part: {ANSWER[first : first + 170]}").doubled
    assert not showing(f"{ANSWER}\nThe best part: {ANSWER[first : first + 60]}").doubled


def test_what_other_answers_hold_is_not_doubled() -> None:
    """Two streams of one text may both be shown."""
    assert not showing(f"{ANSWER}\n{ANSWER}", sent=(ANSWER, ANSWER)).doubled
    assert showing(f"{ANSWER}\n{ANSWER}\n{ANSWER}", sent=(ANSWER, ANSWER)).doubled


def test_short_texts_are_doubled_only_where_that_is_no_chance() -> None:
    """A few letters stand in other text anyway; a sentence does not."""
    assert not showing("Yes, yes, Yes", "Yes").doubled
    assert showing("A token is a piece of text. " * 2, "A token is a piece of text.").doubled


def test_how_much_is_shown_is_told_in_characters() -> None:
    """The beginning that stands there is measured in characters of the answer."""
    found = showing("He said: One, tw", "(One, two)")
    assert found.shown_letters == len("Onetw")
    assert found.shown_characters == len("(One, tw")
    assert showing("One, two", "(One, two)").shown_characters == len("(One, two)")


def test_a_redrawn_beginning_is_told_from_one_that_stands_there_once() -> None:
    """Snapshots begin again and again."""
    assert showing(BROKEN["snapshots"]).redrawn
    assert not showing(ANSWER).redrawn
    assert not showing("ab ab ab ab ab", "ab").redrawn


def test_a_page_is_read_across_its_chunks() -> None:
    """A long output is searched as one text."""
    page = Page(b"-" * 65_530 + b"beginning and" + b" " * 70_000 + b"end")
    assert page.stretch(0, 5) == "begin"
    assert page.stretch(9, 6).split() == ["and", "end"]
    assert read_page(b"one") is read_page(b"one")


def test_a_letter_beyond_the_page_is_an_error() -> None:
    """A place is asked for only where a letter is."""
    with pytest.raises(IndexError):
        Page(b"abc").stretch(3, 1)


def test_breaks_at_the_ends_are_no_breaks() -> None:
    """What stands before the first letter and after the last belongs to neither."""
    assert Breaks.of(" - one\ntwo-three \n") == Breaks(frozenset({3}), frozenset({3}), frozenset({6}))


def test_the_longest_beginning_is_found() -> None:
    """As much of the text as stands in the other in one run."""
    assert longest_beginning("abcdef", "xxabcxabcdx") == 4
    assert longest_beginning("abc", "") == 0
