"""Standard output as a reader of labels needs it: escape codes gone, signs folded, positions kept.

`shown` is what a terminal would show; `folded` has the same length, one sign for each, in lower case
with plain digits, so that patterns stay simple and a place found in one is a place in the other.
Knows lines, words and labels; a row of labels that is wrapped over several lines is one line. What a number is, and
whether it is right, is decided elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from grader.checks.wrapped import heads_joined

# CSI, strings (OSC, DCS, SOS, PM, APC; an unfinished one ends with its line), then all other escapes.
_ESCAPE = (
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]?"
    r"|[\]PX^_][^\x07\x1b\x9c\n\r]*(?:\x07|\x1b\\)?"
    r"|[ -/]*[0-~]?)"
)
_ROW_MOVES = re.compile(r"\x1b(?:\[.*[ABEFHdf]|[DEMc])", re.DOTALL)  # what follows is not on this row
_COLUMN_MOVES = re.compile(r"\x1b\[.*[CDGIZ`a]", re.DOTALL)  # what follows is not beside what stood before
_BREAK = re.compile(r"[\n\r]")
_NEWLINE = re.compile(r"\n")
_SPACES = dict.fromkeys(map(ord, "\n\r\t"))
_READABLE = re.compile(r"[^\W_]")
_WORD = re.compile(r"[^\W\d_]+")

# Signs that make no difference between the words of a label: spaces, `_`, dashes, Markdown, bars, emoji.
BETWEEN = r"[ \t\u2009_\-—*`~#|\\•]*"
_ASSIGNED = re.compile(r"[^\W\d_]{0,20}[\"'*_`]*[ \t]*[:=]")  # what follows a label glued to a word: `totalcost=`
_OTHER_WORD = re.compile(r"(?<![^\W\d_])(?:ac|con|pente)\Z")  # accost, condenser, Pentecost
_LONGEST_HEAD = 6
_NAMED = {
    **dict.fromkeys("\u00a0\u2006\u2007\u2008\u2009\u200a\u202f", "\u2009"),  # may group thousands
    **dict.fromkeys("\u2010\u2011\u2212", "-"),
    **dict.fromkeys("‘’ʼ", "'"),
    **dict.fromkeys("→⇒⟶≈≃≅≡", "="),
    **dict.fromkeys("─━═╌╍┄┅┈┉╴╶╸╺", "—"),
    **dict.fromkeys("¢￠", "¢"),
}
_GAPS = frozenset("\b\v\f\x1c\x1d\x1e\x1f\x85")
_INVISIBLE = frozenset({"Cc", "Cf", "Mn", "Me"})
_DECORATION = frozenset({"So", "Sk", "Cs", "Co", "Cn"})


class Span(NamedTuple):
    """A stretch of the text shown: from `start` up to `end`."""

    start: int
    end: int


class Place(NamedTuple):
    """Where something stands: line and column from 1, and the offset in the text that was given."""

    line: int
    column: int
    offset: int


class Word(NamedTuple):
    """A word in lower case; `costUsd` and `cost_usd` are two words each."""

    text: str
    start: int
    end: int


class LabelledLine(NamedTuple):
    """A line that holds a label, and every place on it where the label stands."""

    line: Span
    labels: list[Span]


class Console:
    """The text of one program's standard output."""

    def __init__(self, text: str) -> None:
        if text.isascii() and text.translate(_SPACES).isprintable():  # the usual case: nothing to take out or to fold
            given, self._kept_shown, self._kept_given = text, array("q", [0]), array("q", [0])
            self.shown = heads_joined(given)
            self.folded = self.shown.lower()
        else:
            given, self._kept_shown, self._kept_given = _strip(text)
            self.shown = heads_joined(given)
            self.folded = self.shown.translate({ord(sign): _fold(sign) for sign in set(self.shown)})
        self._newlines = array("q", (found.start() for found in _NEWLINE.finditer(given)))
        self._breaks = self._newlines
        if "\r" in given or self.shown != given:
            self._breaks = array("q", (found.start() for found in _BREAK.finditer(self.shown)))

    def place(self, at: int) -> Place:
        """Say where a position of the text shown is; a bare carriage return begins a row, not a line."""
        row = bisect_left(self._breaks, at)
        before = self._breaks[row - 1] if row else -1
        kept = bisect_right(self._kept_shown, at) - 1
        offset = self._kept_given[kept] + at - self._kept_shown[kept]
        return Place(bisect_left(self._newlines, at) + 1, at - before, offset)

    def line_at(self, at: int) -> Span:
        """Find the line that a position stands on."""
        row = bisect_left(self._breaks, at)
        start = self._breaks[row - 1] + 1 if row else 0
        return Span(start, self._breaks[row] if row < len(self._breaks) else len(self.shown))

    def line_below(self, line: Span) -> Span | None:
        """Find the next line that holds a letter or a digit."""
        found = _READABLE.search(self.folded, line.end)
        return self.line_at(found.start()) if found else None

    def lines_with(self, label: str) -> Iterator[LabelledLine]:
        """Find the lines that hold a label, whatever its case, and whatever stands between its words."""
        current: LabelledLine | None = None
        for found in _label_pattern(label).finditer(self.folded):
            if not self._begins_label(found, label):
                continue
            span = Span(*found.span())
            if current and span.start < current.line.end:
                current.labels.append(span)
                continue
            if current:
                yield current
            current = LabelledLine(self.line_at(span.start), [span])
        if current:
            yield current

    def _begins_label(self, found: re.Match[str], label: str) -> bool:
        """Tell a label from the inside of another word, also where it is glued to a text without a line end."""
        if self.begins_word(found.start()) or " " in label:
            return True
        head = self.folded[max(0, found.start() - _LONGEST_HEAD) : found.start()]
        return bool(_ASSIGNED.match(self.folded, found.end())) and not _OTHER_WORD.search(head)

    def begins_word(self, at: int) -> bool:
        """Tell whether a word begins here: after no letter, or at a capital inside `totalCost`."""
        if at == 0 or not self.shown[at - 1].isalpha():
            return True
        before, here = self.shown[at - 1], self.shown[at]
        if before.islower():
            return here.isupper()
        if before.isupper():
            return here.isupper() and self.shown[at + 1 : at + 2].islower()
        return True  # a script without capitals sets no spaces between its words either

    def is_cased(self, at: int) -> bool:
        """Tell whether what stands here would be parted from its neighbours by a space: no letter of CJK or Thai."""
        sign = self.shown[at]
        return not sign.isalpha() or sign.lower() != sign.upper()

    def words(self, start: int, end: int) -> Iterator[Word]:
        """Read the words of a stretch in order, in lower case."""
        for found in _WORD.finditer(self.folded, start, end):
            first, last = found.span()
            shown = self.shown[first + 1 : last]
            if not (shown.islower() or self.shown[first:last].isupper()):
                for at in range(first + 1, last):
                    if self.begins_word(at):
                        yield Word(self.folded[first:at], first, at)
                        first = at
            yield Word(self.folded[first:last], first, last)

    def words_after(self, label: Span, line: Span) -> list[Word]:
        """Read the words after a label; letters glued to it, as in `stop reasons`, are its own."""
        found = list(self.words(label.end, line.end))
        glued = found and found[0].start == label.end and not self.begins_word(label.end)
        return found[1:] if glued else found


@lru_cache(maxsize=4)
def read_console(text: str) -> Console:
    """Read standard output; several labels are looked up in the same text, one after the other."""
    return Console(text)


@lru_cache(maxsize=64)
def _label_pattern(label: str) -> re.Pattern[str]:
    return re.compile(BETWEEN.join(map(re.escape, label.lower().split())))


def _strip(text: str) -> tuple[str, array[int], array[int]]:
    """Take out what a terminal does not show; the two arrays lead from places shown to places given."""
    invisible = {sign for sign in set(text) if unicodedata.category(sign) in _INVISIBLE}
    invisible -= _GAPS | {"\n", "\r", "\t", "\x1b"}
    pattern = _ESCAPE + ("|[" + "".join(map(re.escape, sorted(invisible))) + "]+" if invisible else "")
    kept_shown, kept_given = array("q", [0]), array("q", [0])
    removed = 0

    def replace(found: re.Match[str]) -> str:
        nonlocal removed
        code = found.group()
        stands = "\r" if _ROW_MOVES.fullmatch(code) else " " if _COLUMN_MOVES.fullmatch(code) else ""
        removed += len(code) - len(stands)
        kept_given.append(found.end())
        kept_shown.append(found.end() - removed)
        return stands

    return re.sub(pattern, replace, text), kept_shown, kept_given


@lru_cache(maxsize=4096)
def _fold(sign: str) -> str:
    """Give one plain sign for one sign: `ａ` and `A` are `a`, any decimal digit is 0-9, an emoji is `•`."""
    if sign in _GAPS:
        return " "
    if sign.isascii():
        return sign.lower()
    if sign in _NAMED:
        return _NAMED[sign]
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    plain = unicodedata.normalize("NFKC", sign)
    if len(plain) == 1 and plain.isascii() and plain not in "0123456789,":  # `²` is no 2, `，` groups nothing
        return plain.lower()
    if sign.isalpha():
        return sign.lower() if len(sign.lower()) == 1 else sign
    category = unicodedata.category(sign)
    if "\u2500" <= sign <= "\u257f":
        return "|"
    if category == "Pd":
        return "—"
    return "•" if category in _DECORATION else '"' if category in ("Pi", "Pf") else "¤"
