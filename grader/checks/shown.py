"""Whether an answer stands on standard output whole and unbroken, and what stands there instead.

Words are compared by their letters and digits, as the contract says. How the text grew is
`growth`'s to say; which verdict follows is the check's.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate

from grader.screen import letters, plain_text

FEW = 12  # letters of an answer that may stand on a screen by chance
MOSTLY = 80  # percent of an answer
_CHUNK = 1 << 10  # characters of which the letters are counted together
_REPEATED = 100  # letters of the answer that may stand on the screen once more (a preview is no second answer)
_REPEATED_STEP = 25  # letters between the places at which a repeated stretch is looked for
_FEWEST = 20  # letters; shorter texts stand in other texts by chance
_MOST_LOOKED_AT = 1 << 20  # characters of a page that are compared word by word, after which a better place is unlikely
_AGAIN = 3  # how often a beginning stands there once more before it is called redrawn
_SIGNS = re.compile(r"[\W_]+")
_LINE_BREAK = re.compile(r"[\n\r\x0b\x0c\x85\u2028\u2029]")


@dataclass(frozen=True)
class Breaks:
    """Where a text is broken, by the number of letters before: white space, lines, and hyphens that allow one."""

    spaces: frozenset[int]
    lines: frozenset[int]
    hyphens: frozenset[int]

    @classmethod
    @lru_cache(maxsize=4)  # an answer as it was sent and as it stands on the screen are often the same
    def of(cls, text: str) -> Breaks:
        """Read a text, between its first letter and its last."""
        spaces, lines, hyphens = set(), set(), set()
        signs = 0
        for found in _SIGNS.finditer(text):
            start, end = found.span()
            before = start - signs
            signs += end - start
            run = found.group()
            if run == " ":
                spaces.add(before)
                continue
            for sign in run:
                if sign.isspace():
                    spaces.add(before)
                    if sign != " " and _LINE_BREAK.match(sign):
                        lines.add(before)
                elif unicodedata.category(sign) == "Pd":
                    hyphens.add(before)
        ends = {0, len(text) - signs}
        return cls(frozenset(spaces - ends), frozenset(lines - ends), frozenset(hyphens - ends))

    def keep(self, answer: Breaks) -> bool:
        """Whether these breaks keep the answer's words: its own white space, and new lines only after hyphens."""
        return answer.spaces <= self.spaces and not self.added_to(answer)

    def added_to(self, answer: Breaks) -> frozenset[int]:
        """The breaks inside words of the answer."""
        return self.spaces - answer.spaces - (self.lines & answer.hyphens)


class Page:
    """The text of one program's output as a person would read it, and its letters."""

    def __init__(self, data: bytes) -> None:
        self.text = plain_text(data)
        kept = [letters(self.text[at : at + _CHUNK]) for at in range(0, len(self.text), _CHUNK)]
        self.letters = "".join(kept)
        self._before = list(accumulate(map(len, kept), initial=0))

    def stretch(self, first: int, count: int) -> str:
        """The text from one letter up to and with the last of `count` letters."""
        return self.text[self._place(first) : self._place(first + count - 1) + 1]

    def _place(self, letter: int) -> int:
        chunk = bisect_right(self._before, letter) - 1
        left = letter - self._before[chunk]
        for at in range(chunk * _CHUNK, len(self.text)):
            if self.text[at].isalnum():
                if left == 0:
                    return at
                left -= 1
        raise IndexError(letter)

    def places(self, answer: str) -> Iterator[int]:
        """The numbers of letters before each place where the letters of an answer stand in one run."""
        found = self.letters.find(answer)
        while found >= 0:
            yield found
            found = self.letters.find(answer, found + 1)


@lru_cache(maxsize=2)
def read_page(data: bytes) -> Page:
    """Read one output; several checks and several streams of one run look at the same one."""
    return Page(data)


@dataclass(frozen=True)
class Showing:
    """One answer on one page. `sent` are the texts of all answers of the run, this one included."""

    page: Page
    answer: str
    sent: tuple[str, ...]

    @cached_property
    def answer_letters(self) -> str:
        return letters(self.answer)

    @cached_property
    def answer_breaks(self) -> Breaks:
        return Breaks.of(self.answer)

    @cached_property
    def broken(self) -> Breaks | None:
        """The breaks of the first place where all letters stand in one run, None where they do not."""
        first = next(self.page.places(self.answer_letters), None) if self.answer_letters else None
        if first is None:
            return None
        return Breaks.of(self.page.stretch(first, len(self.answer_letters)))

    def stretch_around(self, letter: int, count: int) -> str:
        """What stands on the page around a letter of the answer, with so many letters on each side."""
        first = next(self.page.places(self.answer_letters))
        start = max(0, letter - count)
        return self.page.stretch(first + start, min(letter + count, len(self.answer_letters)) - start)

    @cached_property
    def unbroken(self) -> bool:
        """Whether the whole answer stands somewhere with its words as they are."""
        if not self.answer_letters:
            return False
        looked_at = 0
        for first in self.page.places(self.answer_letters):
            stretch = self.page.stretch(first, len(self.answer_letters))
            if Breaks.of(stretch).keep(self.answer_breaks):
                return True
            looked_at += len(stretch)
            if looked_at > _MOST_LOOKED_AT:
                break
        return False

    @cached_property
    def shown_letters(self) -> int:
        """The length of the longest beginning of the answer that stands on the page in one run."""
        return longest_beginning(self.answer_letters, self.page.letters)

    @cached_property
    def shown_characters(self) -> int:
        """The same in characters of the answer."""
        return characters_to(self.answer, self.shown_letters)

    @cached_property
    def times(self) -> int:
        """How often the whole answer stands there beyond what the run's answers account for."""
        return self._extra(self.answer_letters)

    @cached_property
    def doubled(self) -> bool:
        """Whether the answer, or a long stretch of it, stands there more often than it was sent."""
        whole = self.answer_letters
        if len(whole) < _FEWEST:
            return False
        stretches = [whole[at : at + _REPEATED] for at in range(0, len(whole), _REPEATED_STEP)]
        full = [stretch for stretch in stretches if len(stretch) == _REPEATED] or stretches
        return any(self._extra(stretch) > 0 for stretch in full)

    @cached_property
    def redrawn(self) -> bool:
        """Whether the answer's beginning stands there again and again."""
        return len(self.answer_letters) >= _FEWEST and self._extra(self.answer_letters[:_FEWEST]) >= _AGAIN

    @cached_property
    def _sent_letters(self) -> tuple[str, ...]:
        return tuple(map(letters, self.sent))

    def _extra(self, run: str) -> int:
        sent = sum(text.count(run) for text in self._sent_letters)
        return self.page.letters.count(run) - sent


def longest_beginning(text: str, within: str) -> int:
    """The length of the longest beginning of a text that is found in another."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if text[:middle] in within:
            low = middle
        else:
            high = middle - 1
    return low


def characters_to(text: str, count: int) -> int:
    """Count the characters of a text before the letter that follows so many; all where none follows."""
    places = [at for at, sign in enumerate(text) if sign.isalnum()]
    return places[count] if count < len(places) else len(text)
