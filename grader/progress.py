"""How much of a streamed answer stands on a screen, piece by piece.

Pure text: no files, no clocks. The replay server's gate and the streaming checks share this one
definition of "shown", so that what opened a gate and what is judged can never differ.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from grader.screen import Screen, letters

LINE = 100  # characters of an answer that may be missing from a screen that follows it

# Letters after a missing piece by which it is known that it will not come any more, and how many of them are of
# another piece than the first: printed events or lines of a log, which may repeat one piece, are no running text.
_RUN = 24
_RUN_ON = 8
_MARK = 24  # letters of a number, a time or a name that stands in the middle of a piece
_CHUNK = 8  # letters in a row that stand there by no chance, wherever a mark cuts them off; fewer end with a word
_LOOKED_OVER = 300  # characters of pieces, each with a mark in it, after which one is found whole
_MOST_PLACES = 20  # at which a run is looked for
_WORD = re.compile(r"[^\W_]+")


class _Piece(NamedTuple):
    """One piece of the answer, a line or the rest of one: its letters, and how much of the answer stands before it."""

    text: str
    letters: str
    letters_before: int
    characters_before: int

    def characters_to(self, letter: int) -> int:
        """Count the characters before one of its letters."""
        places = (at for at, sign in enumerate(self.text) if sign.isalnum())
        return next(at for number, at in enumerate(places) if number == letter)

    def rest(self, letter: int) -> _Piece:
        """Leave out what stands before one of its letters."""
        at = self.characters_to(letter)
        return _Piece(self.text[at:], self.letters[letter:], self.letters_before + letter, self.characters_before + at)


class Progress:
    """How much of one streamed answer has appeared on a screen, piece by piece.

    A piece is shown when its letters and digits stand on the screen after those of the piece before.
    What else stands there (headings, spinners, text drawn twice) is passed over. A piece that is still
    missing when the running text after it has appeared stays missing, and what follows is matched on.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._read = screen.writes
        self._ahead = ""  # letters on the screen in which the next piece may stand
        self._searched = 0  # of them, how many cannot begin it
        self._pieces: list[_Piece] = []
        self._ends: list[int] = []  # of each piece that was sent, how many there are up to its last line
        self._next = 0  # the first piece that is neither shown nor missing
        self._begun = 0  # letters of it that are on the screen
        self._missing_letters = 0
        self._missing_characters = 0
        self._sent = ""  # the letters of all pieces
        self._ends_of_words: set[int] = set()  # letters up to the end of each word, and of each piece or line
        self._sent_characters = 0
        self._longest = 0  # letters of the longest piece
        self._longest_characters = 0
        self._is_new = False  # a piece that has not been looked for yet

    def send(self, piece: str) -> None:
        """Note that a piece has been sent; each of its lines counts by itself, for a program may number them."""
        for line in piece.splitlines(keepends=True) if "\n" in piece else (piece,):
            kept = letters(line).lower()
            self._pieces.append(_Piece(line, kept, len(self._sent), self._sent_characters))
            end = len(self._sent)
            self._ends_of_words.update(end := end + len(word) for word in _WORD.findall(line))
            self._sent += kept
            self._ends_of_words.add(len(self._sent))
            self._sent_characters += len(line)
            self._longest = max(self._longest, len(kept))
        self._longest_characters = max(self._longest_characters, len(piece))
        self._ends.append(len(self._pieces))
        self._is_new = True

    @property
    def settled_pieces(self) -> int:
        """How many pieces, counted from the first, are whole on the screen or will not come any more."""
        self._follow()
        return bisect_right(self._ends, self._next)

    @property
    def all_shown(self) -> bool:
        """Whether the newest piece is on the screen, and every one before it that will come."""
        self._follow()
        return self._next == len(self._pieces)

    @property
    def shown_letters(self) -> int:
        """How many of the letters sent are on the screen, the beginning of the next piece included."""
        self._follow()
        return self._reached - self._missing_letters

    @property
    def backlog(self) -> int:
        """Characters sent and not on the screen; signs between shown letters count as shown."""
        self._follow()
        if self._reached == len(self._sent):
            return self._missing_characters
        piece = self._pieces[self._next]
        reached = piece.characters_before + piece.characters_to(self._begun)
        return self._missing_characters + self._sent_characters - reached

    @property
    def is_close(self) -> bool:
        """Whether one more piece, as long as the longest or half a line, would make more than a line missing."""
        return self.backlog + min(self._longest_characters, LINE // 2) > LINE

    @property
    def standing(self) -> tuple[int, int]:
        """The backlog and the letters shown, at one time."""
        self._follow()
        if self._next == len(self._pieces):  # the usual case
            return self._missing_characters, len(self._sent) - self._missing_letters
        return self.backlog, self.shown_letters

    @property
    def _reached(self) -> int:
        """Letters of the answer up to the first that may still come."""
        if self._next == len(self._pieces):
            return len(self._sent)
        return self._pieces[self._next].letters_before + self._begun

    def _follow(self) -> None:
        """Match what has come to the screen since the last time."""
        if not self._is_new and self._read == self._screen.writes:
            return
        self._is_new = False
        self._ahead += self._screen.since(self._read).lower()
        self._read = self._screen.writes
        while self._next < len(self._pieces):
            piece = self._pieces[self._next].letters
            found = self._ahead.find(piece, self._searched)
            if found >= 0:
                self._go_on(self._next + 1, self._ahead[found + len(piece) :])
            elif len(self._ahead) < _RUN or not (self._goes_on_behind_a_mark(piece) or self._pass_over()):
                self._begun = self._longest_beginning(piece)
                keep = 2 * max(self._longest, _LOOKED_OVER) + _RUN + _RUN_ON  # what is missing, and the run after it
                self._ahead = self._ahead[max(0, len(self._ahead) - keep) :]
                self._searched = max(0, len(self._ahead) - len(piece) + 1)
                break

    def _go_on(self, following: int, ahead: str) -> None:
        self._next, self._ahead = following, ahead
        self._searched = self._begun = 0

    def _goes_on_behind_a_mark(self, piece: str) -> bool:
        """Go on inside a piece that stands there with something in its middle, where the text runs on behind that."""
        before = self._pieces[self._next].letters_before
        for begun in (alike(piece, self._ahead), self._longest_beginning(piece)):
            run = self._sent[before + begun :][:_RUN]
            behind = self._ahead.find(piece[:begun]) + begun
            found = self._ahead.find(run, behind) if begun and len(run) == _RUN else -1
            if found >= 0:
                self._go_on_at(before + begun, self._ahead[found:])
                return True
            if not self._is_told(before, begun):
                continue
            shown, end = self._stretch(before + begun, _LOOKED_OVER, self._ahead[behind:])
            if shown:
                self._go_on_at(before + begun + shown, self._ahead[behind + end :])
                return True
        return False

    def _go_on_at(self, letter: int, ahead: str) -> None:
        """Go on at one of the answer's letters; what stands before it in its piece is shown."""
        following = self._next
        while following < len(self._pieces) and letter >= self._end_of(following):
            following += 1
        if following < len(self._pieces) and letter > self._pieces[following].letters_before:
            self._pieces[following] = self._pieces[following].rest(letter - self._pieces[following].letters_before)
        self._go_on(following, ahead)

    def _end_of(self, index: int) -> int:
        return self._pieces[index].letters_before + len(self._pieces[index].letters)

    def _is_told(self, letter: int, count: int) -> bool:
        """Whether letters of the answer in a row are known, from one on: by their number, or by ending with a word."""
        return count >= _CHUNK or (count > 0 and letter + count in self._ends_of_words)

    def _stretch(self, letter: int, most: int, there: str) -> tuple[int, int]:
        """How many letters of the answer, from one on, stand there with marks between, and where they end."""
        end, at, place = min(len(self._sent), letter + most), letter, 0
        while at < end:
            count, gap = max((self._in_a_row(at, end, there, place + gap), -gap) for gap in range(_MARK + 1))
            if not count:
                break
            at += count
            place += count - gap
        return at - letter, place

    def _in_a_row(self, letter: int, end: int, there: str, place: int) -> int:
        """How many of the answer's letters stand in a row at one place, as far as they are known by that."""
        if there[place : place + 1] != self._sent[letter]:
            return 0
        count = alike(self._sent[letter:end], there[place:])
        while count and letter + count != end and not self._is_told(letter, count):
            count -= 1
        return count

    def _pass_over(self) -> bool:
        """Give up pieces that are missing, where what follows them has appeared; tell whether it has.

        No more than a line is given up altogether: a screen that misses more does not follow the answer.
        """
        first = self._pieces[self._next]
        for index in range(self._next + 1, len(self._pieces)):
            following = self._pieces[index]
            if not following.letters:
                continue
            missing = following.characters_before - first.characters_before
            needed = max(_RUN, len(following.letters) + _RUN_ON)
            run = self._sent[following.letters_before :][:needed]
            if len(run) < needed or (missing > _LOOKED_OVER and index > self._next + 1):
                return False
            found = self._place_of(run, following.letters_before)
            if found >= 0:
                missing_letters = following.letters_before - first.letters_before
                there = self._letters_of(first.letters_before, missing_letters, self._ahead[:found])
                if there:
                    missing = round(missing * (missing_letters - there) / missing_letters)
                    missing_letters -= there
                if self._missing_characters + missing > LINE:
                    return False
                self._missing_characters += missing
                self._missing_letters += missing_letters
                self._go_on(index, self._ahead[found:])
                return True
        return False

    def _place_of(self, run: str, letter: int) -> int:
        """Where a run of the answer's letters, from one on, stands, marks between or not; -1 where it does not."""
        found = self._ahead.find(run)
        if found >= 0:
            return found
        for _ in range(_MOST_PLACES):
            found = self._ahead.find(run[: _CHUNK // 2], found + 1)
            if found < 0 or self._stretch(letter, len(run), self._ahead[found:])[0] == len(run):
                return found
        return -1

    def _letters_of(self, first: int, count: int, instead: str) -> int:
        """How many of a missing piece's letters stand, in order, in what is there in its place; 0 if that is long."""
        if not 0 < len(instead) <= 2 * count + _MARK:
            return 0
        return _common(self._sent[first : first + count], instead)

    def _longest_beginning(self, piece: str) -> int:
        """The length of the longest beginning of the next piece that is on the screen; never shrinks."""
        low, high = self._begun, len(piece) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if piece[:middle] in self._ahead:
                low = middle
            else:
                high = middle - 1
        return low


def alike(a: str, b: str) -> int:
    """The length of the beginning that two texts share."""
    return next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _common(a: str, b: str) -> int:
    """The length of the longest sequence of letters that two texts have in common, whatever stands between them."""
    before = [0] * (len(b) + 1)
    for sign in a:
        row = [0]
        for at, other in enumerate(b):
            row.append(before[at] + 1 if sign == other else max(before[at + 1], row[at]))
        before = row
    return before[-1]
