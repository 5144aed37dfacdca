"""What of an answer counts as shown: the one definition that opens the replay server's gates and judges streaming."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.progress import LINE, Progress
from grader.screen import Screen, letters

PIECES = (
    "Strea",
    "ming shows each pie",
    "ce as it arr",
    "ives:\n\n",
    "- at once, ",
    "**one** after ",
    "the other",
    " (1, 2, 3).",
)
WHOLE = "".join(PIECES)


def follow(pieces: tuple[str, ...], outputs: tuple[str, ...]) -> Progress:
    """Send pieces, each followed by what the program prints then."""
    screen = Screen()
    progress = Progress(screen)
    for piece, output in zip(pieces, outputs, strict=True):
        progress.send(piece)
        screen.write(output.encode())
    return progress


def test_a_piece_is_shown_when_its_letters_stand_on_the_screen() -> None:
    """Before it is printed a piece is missing, afterwards it is not."""
    screen = Screen()
    progress = Progress(screen)
    progress.send("Hello, wor")
    assert not progress.all_shown
    assert progress.backlog == len("Hello, wor")
    screen.write(b"Hello, wor")
    assert progress.all_shown
    assert progress.settled_pieces == 1
    assert progress.shown_letters == len("Hellowor")
    assert progress.backlog == 0


def test_what_stood_there_before_the_stream_opens_no_gate() -> None:
    """The same words printed earlier are not this answer."""
    screen = Screen()
    screen.write(WHOLE.encode())
    progress = Progress(screen)
    progress.send(PIECES[0])
    assert not progress.all_shown


@pytest.mark.parametrize("noise", ["Waiting for the answer ...\n", "\r⠋ thinking", "\x1b[2J\x1b[H", "[log] received\n"])
def test_headings_and_spinners_open_no_gate_and_close_none(noise: str) -> None:
    """Other text neither counts as the answer nor hides it."""
    screen = Screen()
    progress = Progress(screen)
    progress.send("Streaming")
    screen.write(noise.encode())
    assert not progress.all_shown
    screen.write(b"Streaming" + noise.encode())
    progress.send(" shows")
    screen.write(b" shows")
    assert progress.all_shown


@pytest.mark.parametrize(
    "output",
    [
        WHOLE,
        WHOLE.replace("*", "").replace("- ", "• "),
        WHOLE.replace(" ", "\n"),
        "\n".join(PIECES),
        "".join(piece + piece for piece in PIECES),
        "\n".join("".join(PIECES[: number + 1]) for number in range(len(PIECES))),
        "".join(f"\x1b[3{number % 8}m{piece}\x1b[0m" for number, piece in enumerate(PIECES)),
        "".join(f"TextEvent(text={piece!r})\n" for piece in PIECES).replace("\\n", ""),
        "".join(WHOLE.split()),
    ],
    ids=["as it is", "no marks", "wrapped", "line a piece", "doubled", "snapshots", "coloured", "events", "no spaces"],
)
def test_layout_makes_no_difference(output: str) -> None:
    """Wrapped, coloured, doubled or redrawn text is shown text."""
    progress = follow(PIECES, (*[""] * (len(PIECES) - 1), output))
    assert progress.all_shown
    assert progress.backlog == 0


def test_pieces_count_in_their_order() -> None:
    """Text that appears in the wrong order is not the answer."""
    assert not follow(("one two ", "three"), ("three", "one two ")).all_shown


def test_a_piece_without_letters_is_shown_at_once() -> None:
    """Nobody can see whether white space or a rule has been printed."""
    progress = follow(("Title", "\n\n---\n\n"), ("Title", ""))
    assert progress.all_shown
    assert progress.backlog == 0


def test_two_streams_on_one_screen_are_followed_apart() -> None:
    """Each answer has its own progress."""
    screen = Screen()
    first, second = Progress(screen), Progress(screen)
    first.send("apples")
    second.send("pears")
    screen.write(b"pears")
    assert second.all_shown
    assert not first.all_shown


# ---------------------------------------------------------------- backlog


def test_the_backlog_begins_at_the_first_missing_letter() -> None:
    """A piece printed letter by letter is missing from where the printing stands."""
    screen = Screen()
    progress = Progress(screen)
    progress.send("Half a word, ")
    progress.send("(and) more")
    screen.write(b"Half a wo")
    assert progress.shown_letters == len("Halfawo")
    assert progress.backlog == len("rd, (and) more")
    screen.write(b"rd")
    assert progress.backlog == len("and) more")  # a sign before a missing letter cannot be missed
    screen.write(b"an")
    assert progress.backlog == len("d) more")


def test_a_stalled_screen_falls_behind_by_each_piece() -> None:
    """Every piece sent adds to the backlog until something appears."""
    screen = Screen()
    progress = Progress(screen)
    backlogs = []
    for piece in PIECES:
        progress.send(piece)
        backlogs.append(progress.backlog)
    assert backlogs == [len("".join(PIECES[: number + 1])) for number in range(len(PIECES))]
    screen.write(WHOLE.encode())
    assert progress.backlog == 0


@given(st.lists(st.text("ab c.\n", min_size=1, max_size=9), min_size=1, max_size=30), st.data())
def test_what_is_printed_in_order_is_never_missing(pieces: list[str], data: st.DataObject) -> None:
    """However a right program cuts its output, the backlog is at most what it has not printed yet."""
    screen = Screen()
    progress = Progress(screen)
    unprinted = ""
    for piece in pieces:
        progress.send(piece)
        unprinted += piece
        printed = data.draw(st.integers(0, len(unprinted)))
        screen.write(unprinted[:printed].encode())
        unprinted = unprinted[printed:]
        assert progress.backlog <= len(unprinted)
    screen.write(unprinted.encode())
    assert progress.all_shown
    assert progress.backlog == 0


# ---------------------------------------------------------------- missing pieces


def test_a_missing_piece_does_not_hide_those_after_it() -> None:
    """A program that loses its first piece still shows the others as they arrive."""
    progress = follow(PIECES, ("", *PIECES[1:]))
    assert progress.all_shown
    assert progress.backlog == len(PIECES[0])
    assert progress.shown_letters == len(letters(WHOLE)) - len(letters(PIECES[0]))


def test_a_piece_is_given_up_only_after_a_run_of_what_follows() -> None:
    """A few letters in common are no proof that a piece was lost."""
    pieces = ("Zoo", *PIECES[1:3])
    progress = follow(pieces, ("", PIECES[1], ""))
    assert progress.settled_pieces == 0
    assert progress.backlog == len("".join(pieces))


def test_what_is_given_up_adds_up_to_a_line_at_most() -> None:
    """A screen that misses every second piece falls behind for good."""
    pieces = tuple(f"number {number} of many pieces that are told apart by it; " for number in range(40))
    progress = follow(pieces, tuple(piece if number % 2 else "" for number, piece in enumerate(pieces)))
    assert not progress.all_shown
    assert progress.backlog > LINE


def test_a_late_piece_is_waited_for() -> None:
    """Text that lags behind is not taken for lost."""
    progress = follow(PIECES, ("", "", "", "".join(PIECES[:4]), "", "", "", "".join(PIECES[4:])))
    assert progress.all_shown
    assert progress.backlog == 0


def test_the_lines_of_a_piece_may_have_something_between_them() -> None:
    """Numbered lines, and the backslash and n of a printed event: the letters of each line stand there."""
    pieces = ("Each token is a piece", " of text.\n\nThen the next one", " is drawn, and put at the end of")
    for outputs in (
        tuple(piece.replace("\n\n", "\n\n2. ") for piece in pieces),
        tuple(f"Event(type='text_delta', text={piece!r})\n" for piece in pieces),
    ):
        progress = follow(pieces, outputs)
        assert progress.all_shown and progress.settled_pieces == 3 and progress.backlog == 0


@pytest.mark.parametrize("mark", ["\n{:3d} ", "\n12:00:{:02d} bot: ", " ({} characters)\n", "\nNarrator: "])
@pytest.mark.parametrize("size", [3, 7, 25, 40, 90, 150])
def test_a_mark_at_each_line_of_a_terminal_hides_nothing(mark: str, size: int) -> None:
    """Every letter is on the screen at once, and a number or a time stands inside of many pieces."""
    text = "".join(f"Of the {n} tokens each is a word, or a piece of one that is rare. " for n in range(40))
    shown = [mark.format(at // 66 % 60) * (at % 66 == 0) + sign for at, sign in enumerate(text)]
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    screen = Screen()
    progress = Progress(screen)
    late = 0
    for at, piece in zip(range(0, len(text), size), pieces, strict=True):
        progress.send(piece)
        screen.write("".join(shown[at : at + size]).encode())
        late += progress.backlog > LINE
    assert 100 * late <= 5 * len(pieces)


def test_a_missing_piece_before_a_blank_one_is_told_by_the_text_behind_both() -> None:
    """White space in a piece of its own is no text that could have appeared."""
    pieces = ("Lost.", "\n\n", "What follows is long enough to be told from noise, ", "and runs on.")
    assert follow(pieces[:3], ("", "\n\n", pieces[2])).settled_pieces == 0
    assert follow(pieces, ("", *pieces[1:])).backlog == len("Lost.\n\n")


def test_what_follows_a_missing_piece_may_be_long() -> None:
    """A long piece after a missing one is matched as soon as the text runs on behind it."""
    pieces = (
        "Lost. ",
        "A piece can be as long as a whole line of text and more, " * 2,
        "and here it runs on.",
        " End.",
    )
    progress = follow(pieces, ("", *(sign for sign in pieces[1:])))
    assert progress.all_shown
    assert progress.backlog == len("Lost. ")


@pytest.mark.parametrize("dropped", ["", "?", "\N{REPLACEMENT CHARACTER}"])
def test_letters_that_an_encoding_drops_are_all_that_is_missing(dropped: str) -> None:
    """Where some pieces lose a letter each, what is missing are those letters and not the pieces."""
    pieces = tuple(f"the {n}. {'ore' if n % 5 else 'øre'} is worth little, and " for n in range(44))
    progress = follow(pieces, tuple(piece.replace("ø", dropped) for piece in pieces))
    assert progress.backlog == 9
    other = follow(pieces, tuple(piece if n % 5 else "and other words" for n, piece in enumerate(pieces)))
    assert other.backlog > LINE


TEXT = "".join(
    f"Of the {n} tokens each is a word, or a piece of a Søren that is rare in {n * 7} books. " for n in range(30)
)


@pytest.mark.parametrize("size", [2, 9, 25, 60, 150])
@pytest.mark.parametrize("every", [1, 3, 5])
def test_marks_between_words_hide_nothing(size: int, every: int) -> None:
    """A time before each word, a count behind each third or fifth: nowhere do many letters stand in a row."""
    pieces = [TEXT[at : at + size] for at in range(0, len(TEXT), size)]
    screen, late, words = Screen(), 0, 0
    progress = Progress(screen)
    for piece in pieces:
        progress.send(piece)
        for sign in piece:
            screen.write(sign.encode())
            if sign == " ":
                words += 1
                screen.write(f"({words}) 0.{words:03d} s\n".encode() if words % every == 0 else b"")
        late += progress.backlog > 40
    assert late == 0


@pytest.mark.parametrize("size", [1, 9, 25, 60, 150])
@pytest.mark.parametrize("every", [1, 3])
@pytest.mark.parametrize(
    "mark",
    ["<17 signs of Claude>", "(a)", "the", "|12:00:01 INFO bot|", "-- an answer, as it comes --", "\n[next] a word: "],
)
def test_marks_may_be_made_of_the_answers_own_letters(mark: str, every: int, size: int) -> None:
    """A letter of a mark may be all of a piece, and a word of it one of the answer's: all of the answer is there."""
    screen, late, words = Screen(), 0, 0
    progress = Progress(screen)
    for at in range(0, len(TEXT), size):
        progress.send(TEXT[at : at + size])
        for sign in TEXT[at : at + size]:
            screen.write(sign.encode())
            words += sign == " "
            screen.write(f"{mark} ".encode() if sign == " " and words % every == 0 else b"")
        late += progress.backlog > 40
    assert late == 0


@pytest.mark.parametrize("mark", [30, 100, 150])
@pytest.mark.parametrize("size", [9, 40])
def test_a_log_of_words_may_have_long_lines_and_lose_a_letter(mark: int, size: int) -> None:
    """Each word in a line of JSON or of a logger, in an encoding that has no ø."""
    text = TEXT[:1400].replace("Søren", "Soren", 11)
    head = ("timestamp level logger process host service environment request session source " * 4)[:mark]
    screen, late = Screen(), 0
    progress = Progress(screen)
    for at in range(0, len(text), size):
        progress.send(text[at : at + size])
        for word in text[at : at + size].split():
            screen.write(f'{{"head": "{head}", "word": {json.dumps(word)}}}\n'.encode())
        late += progress.backlog > LINE
    assert "ø" in text and late <= 0.2 * len(text) / size


@pytest.mark.parametrize("width", [20, 33, 60])
@pytest.mark.parametrize("size", [2, 25, 60])
def test_a_mark_may_stand_in_the_middle_of_a_word(width: int, size: int) -> None:
    """Lines are cut wherever they are full, and each has a heading with words in it."""
    screen, late, column = Screen(), 0, 0
    progress = Progress(screen)
    for at in range(0, len(TEXT), size):
        progress.send(TEXT[at : at + size])
        for sign in TEXT[at : at + size]:
            screen.write(f"\nthe bot says a line ({column}): ".encode() if column % width == 0 else b"")
            screen.write(sign.encode())
            column += 1
        late += progress.backlog > 40
    assert late == 0


@pytest.mark.parametrize("size", [9, 25, 40])
@pytest.mark.parametrize(
    "line",
    [lambda n, p: f'{{"n": {n}, "text": {json.dumps(p)}}}', lambda n, p: f"{n:04d} {p.encode()!r}"],
    ids=["JSON", "bytes"],
)
def test_a_log_of_pieces_loses_only_the_letters_that_it_changes(line: Callable[[int, str], str], size: int) -> None:
    """What is lost adds up to a line after very many letters; here it is a few."""
    text = TEXT[:1400].replace("Søren", "Soren", 10)
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    outputs = [line(n, piece) + "\n" for n, piece in enumerate(pieces)]
    screen, late = Screen(), 0
    progress = Progress(screen)
    for piece, output in zip(pieces, outputs, strict=True):
        progress.send(piece)
        screen.write(output.encode())
        late += progress.backlog > LINE
    assert "ø" in text and late <= 0.2 * len(pieces)


@pytest.mark.parametrize("change", [str.upper, str.lower, str.title])
def test_capital_letters_make_no_difference(change: Callable[[str], str]) -> None:
    """Each letter stands there."""
    assert follow(PIECES, tuple(map(change, PIECES))).all_shown


@pytest.mark.parametrize(
    "shown",
    [
        lambda n, _: f"received piece {n} of the answer, and it is a good one: a word or two, as each of them is\n",
        lambda _, p: " ".join(p.split()[::2]),
        lambda _, p: " ".join(reversed(p.split())),
        lambda _, p: " ".join(f"{word} which somebody has put behind a word here" for word in p.split()[:-1]),
        lambda n, p: p[:6],
    ],
    ids=["words about it", "every second word", "backwards", "the first words", "beginnings"],
)
def test_words_in_common_are_not_the_answer(shown: Callable[[int, str], str]) -> None:
    """Some of its words appear, and others not: the screen falls behind for good."""
    pieces = [TEXT[at : at + 40] for at in range(0, len(TEXT), 40)]
    screen, late = Screen(), 0
    progress = Progress(screen)
    for number, piece in enumerate(pieces):
        progress.send(piece)
        screen.write(shown(number, piece).encode())
        late += progress.backlog > LINE
    assert late >= 0.8 * len(pieces)
