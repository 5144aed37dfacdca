"""How much of a streamed answer stands on a screen, piece by piece.

Pure text: no files, no clocks. The replay server's gate and the streaming checks share this one
definition of "shown", so that what opened a gate and what is judged can never differ.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from typing import NamedTuple

from grader.screen import Screen, letters

LINE = 100  # characters of an answer that may be missing from a screen that follows it

# Letters after a missing piece by which it is known that it will not come any more, and how many of them are of
# another piece than the first: printed events or lines of a log, which may repeat one piece, are no running text.
_RUN = 24
_RUN_ON = 8
_ROW = 8  # letters in a row that stand there by no chance, wherever a mark cuts them off; fewer end with a word
_LOOKED_OVER = 300  # letters that are followed past marks at one time, and characters of missing pieces
_MARK = 24  # letters of a number, a time or a name that stands in the middle of a piece
_KEPT = 6000  # letters on the screen, in which what is looked for may still stand: with marks, a line of the answer
_SPREAD = 60  # times its own letters, in which a run with marks between stands
_WORD = re.compile(r"[^\W_]+")


class _Line(NamedTuple):
    """One piece of the answer, a line or the rest of one, and how much of the answer stands before it."""

    text: str
    letters_before: int
    characters_before: int

    def characters_to(self, letter: int) -> int:
        """Count the answer's characters before one of the line's letters."""
        places = (at for at, sign in enumerate(self.text) if sign.isalnum())
        within = letter - self.letters_before
        return self.characters_before + next(at for number, at in enumerate(places) if number == within)


class Progress:
    """How much of one streamed answer has appeared on a screen, piece by piece.

    A letter is shown when it stands on the screen after those before it: in its piece, in its word or in a row of
    letters. What else stands there (headings, numbers of lines, spinners, text drawn twice) is passed over. Each is
    taken where it stands first, for what comes behind a later place comes behind that one too. A piece that is still
    missing when the running text after it has appeared stays missing, and what follows is matched on.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._read = screen.writes
        self._ahead = ""  # letters on the screen: a few of those that have been matched, and all behind them
        self._place = 0  # in them, where the next letter may stand
        self._searched = 0  # in them, before where the next line cannot begin
        self._sent = ""  # the letters of all pieces
        self._sent_characters = 0
        self._lines: list[_Line] = []
        self._line_ends: list[int] = []  # letters up to the end of each line
        self._piece_ends: list[int] = []  # letters up to the end of each piece
        self._word_ends: set[int] = set()  # letters up to the end of each word, and of each line
        self._settled = 0  # letters up to the first that is neither shown nor missing
        self._begun = 0  # letters from it on that may stand on the screen, but are too few to be known
        self._missing_letters = 0
        self._missing_characters = 0
        self._longest = 0  # letters of the longest line
        self._longest_characters = 0  # of the longest piece
        self._is_new = False  # a piece that has not been looked for yet

    def send(self, piece: str) -> None:
        """Note that a piece has been sent; each of its lines counts by itself, for a program may number them."""
        for text in piece.splitlines(keepends=True) if "\n" in piece else (piece,):
            end = len(self._sent)
            self._lines.append(_Line(text, end, self._sent_characters))
            kept = letters(text).lower()
            self._word_ends.update(end := end + len(word) for word in _WORD.findall(text))
            self._sent += kept
            self._line_ends.append(len(self._sent))
            self._word_ends.add(len(self._sent))
            self._sent_characters += len(text)
            self._longest = max(self._longest, len(kept))
        self._longest_characters = max(self._longest_characters, len(piece))
        self._piece_ends.append(len(self._sent))
        self._is_new = True

    @property
    def settled_pieces(self) -> int:
        """How many pieces, counted from the first, are whole on the screen or will not come any more."""
        self._follow()
        return bisect_right(self._piece_ends, self._settled)

    @property
    def all_shown(self) -> bool:
        """Whether the newest piece is on the screen, and every one before it that will come."""
        self._follow()
        return self._settled == len(self._sent)

    @property
    def shown_letters(self) -> int:
        """How many of the letters sent are on the screen, the beginning of the next piece included."""
        self._follow()
        return self._settled + self._begun - self._missing_letters

    @property
    def backlog(self) -> int:
        """Characters sent and not on the screen; signs between shown letters count as shown."""
        self._follow()
        reached = self._settled + self._begun
        if reached == len(self._sent):
            return self._missing_characters
        coming = self._sent_characters - self._line_of(reached).characters_to(reached)
        return self._missing_characters + coming

    @property
    def is_close(self) -> bool:
        """Whether one more piece, as long as the longest or half a line, would make more than a line missing."""
        return self.backlog + min(self._longest_characters, LINE // 2) > LINE

    @property
    def standing(self) -> tuple[int, int]:
        """The backlog and the letters shown, at one time."""
        self._follow()
        if self._settled == len(self._sent):  # the usual case
            return self._missing_characters, len(self._sent) - self._missing_letters
        return self.backlog, self.shown_letters

    def _line_of(self, letter: int) -> _Line:
        return self._lines[bisect_right(self._line_ends, letter)]

    def _follow(self) -> None:
        """Match what has come to the screen since the last time."""
        if not self._is_new and self._read == self._screen.writes:
            return
        self._is_new = False
        self._ahead += self._screen.since(self._read).lower()
        self._read = self._screen.writes
        while self._settled < len(self._sent):
            rest = self._sent[self._settled : self._line_ends[bisect_right(self._line_ends, self._settled)]]
            found = self._ahead.find(rest, self._searched)
            if found >= 0:
                self._go_on(self._settled + len(rest), found + len(rest))
            elif rest.startswith(self._ahead[self._place :]) or not self._goes_on_otherwise(len(rest)):
                self._begun = max(self._begun, self._longest_beginning(rest))
                self._cut(len(self._ahead) - _KEPT - 2 * self._longest)
                self._searched = max(self._place, len(self._ahead) - len(rest) + 1)
                break

    def _go_on(self, letter: int, place: int) -> None:
        """Settle what stands before a letter; the next may stand at a place on the screen."""
        self._settled, self._place = letter, place
        self._cut(place - _ROW)
        self._searched = self._place
        self._begun = 0

    def _cut(self, count: int) -> None:
        """Forget the first letters on the screen."""
        if count > 0:
            self._ahead = self._ahead[count:]
            self._place = max(0, self._place - count)

    def _goes_on_otherwise(self, rest: int) -> bool:
        """Settle something of a line whose rest is not there in one piece; tell whether anything is settled.

        Text that runs on behind it is the best evidence. Then its own letters, the rest or many, with marks between.
        """
        if self._pass_over(self._run):
            return True
        letter, place = self._followed(self._settled, _LOOKED_OVER, self._ahead, self._place)
        if letter - self._settled >= min(rest, _RUN):
            self._go_on(letter, place)
            return True
        self._begun = max(self._begun, letter - self._settled)
        return self._pass_over(self._run_with_marks)

    def _followed(self, first: int, count: int, there: str, place: int) -> tuple[int, int]:
        """How far the answer stands there from one of its letters and a place on, in order, and where that ends.

        It is followed in steps: to the end of a word, or to the end of a row of letters wherever that is cut off. Each
        step is taken where it ends first, so none is ever taken back: what stands behind a later place stands
        behind the first one too.
        """
        farthest, last = first, min(first + count, len(self._sent))
        ends = {first: place}  # letters of the answer up to the end of each step, and where it ends
        for end in range(first + 1, last + 1):
            if end > farthest + _ROW:
                break
            steps = [at for at in range(max(first, end - _ROW), end) if at in ends]
            is_end = end == last or end in self._word_ends
            found = [(there.find(self._sent[at:end], ends[at]), end - at) for at in steps if is_end]
            if end >= _ROW:
                behind = min(ends[at] + end - at for at in steps) - _ROW
                found.append((there.find(self._sent[end - _ROW : end], max(0, behind)), _ROW))
            possible = [at + letters for at, letters in found if at >= 0]
            if possible:
                farthest, ends[end] = end, min(possible)
        return farthest, ends[farthest]

    def _pass_over(self, place_of: Callable[[int, int], int]) -> bool:
        """Give up lines that are missing, where a run of what follows them has appeared; tell whether it has.

        No more than a line of text is given up altogether: a screen that misses more does not follow the answer.
        """
        at = bisect_right(self._line_ends, self._settled)
        line = self._lines[at]
        first = line.characters_to(self._settled) if self._settled > line.letters_before else line.characters_before
        for number in range(at + 1, len(self._lines)):
            following = self._lines[number]
            count = self._line_ends[number] - following.letters_before
            if not count:
                continue
            missing = following.characters_before - first
            needed = max(_RUN, count + _RUN_ON)
            if following.letters_before + needed > len(self._sent) or (missing > _LOOKED_OVER and number > at + 1):
                return False
            found = place_of(following.letters_before, needed)
            if found >= 0:
                missing_letters = following.letters_before - self._settled
                there = self._letters_before(found, missing_letters)
                if there:
                    missing = round(missing * (missing_letters - there) / missing_letters)
                if self._missing_characters + missing > LINE:
                    return False
                self._missing_characters += missing
                self._missing_letters += missing_letters - there
                self._go_on(following.letters_before, found)
                return True
        return False

    def _run(self, letter: int, count: int) -> int:
        """Where so many letters of the answer, from one on, stand in a row; -1 where they do not."""
        return self._ahead.find(self._sent[letter : letter + count], self._place)

    def _run_with_marks(self, letter: int, count: int) -> int:
        """Where so many letters of the answer, from one on, stand closest, with marks between; -1 where they do not."""
        step = next((end for end in range(letter + 1, letter + _ROW) if end in self._word_ends), letter + _ROW)
        place, closest = self._place, (_SPREAD * count, -1)
        while (place := self._ahead.find(self._sent[letter:step], place)) >= 0:
            farthest, end = self._followed(letter, count, self._ahead, place)
            if farthest < letter + count:
                break  # nor do they from a later place
            closest = min(closest, (end - place, place))
            place += 1
        return closest[1]

    def _letters_before(self, place: int, count: int) -> int:
        """How many of the next letters stand in order before a place on the screen: by words, if much else does."""
        instead = self._ahead[self._place : place]
        if len(instead) <= 2 * count + _MARK:
            return _common(self._sent[self._settled : self._settled + count], instead)
        found, at, end, behind = 0, self._settled, self._settled + count, 0
        while at < end:
            reached, behind = self._followed(at, end - at, instead, behind)
            found += reached - at
            at = next((word for word in range(reached + 1, end) if word in self._word_ends), end)  # one is missing
        return found

    def _longest_beginning(self, rest: str) -> int:
        """The length of the longest beginning of the rest of a line that is on the screen."""
        low, high = self._begun, len(rest) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self._ahead.find(rest[:middle], self._place) >= 0:
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
