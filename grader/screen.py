"""What a person would read of a program's output, and how much of an answer stands there.

Pure text: no files, no clocks. The replay server's gate and the streaming checks share this one
definition of "shown", so that what opened a gate and what is judged can never differ.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right

# CSI, OSC (ended by BEL or ST), other strings (DCS, SOS, PM, APC), charset selections, two-byte escapes.
_ANSI = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b[PX^_][^\x1b]*\x1b\\"
    r"|\x1b[ -/]+[0-~]"
    r"|\x1b[0-OQ-WYZ\\`-~]"
)
_ANSI_BEGUN = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?|[PX^_][^\x1b]*\x1b?|[ -/]*)?\Z")
_LONGEST_ESCAPE = 4096


def plain_text(data: bytes) -> str:
    """Decode output as UTF-8 and take the terminal's control sequences out."""
    return _ANSI.sub("", data.decode("utf-8", "replace"))


def letters(text: str) -> str:
    """Keep the letters and digits of a text, in order."""
    return text if text.isalnum() else "".join(filter(str.isalnum, text))


class Screen:
    """The letters and digits that have reached standard output so far."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._begun = ""  # an escape sequence that has not ended yet
        self._parts: list[str] = []
        self._length = 0

    def write(self, data: bytes) -> None:
        """Take bytes as they came out of the pipe; they may end anywhere, also inside a character."""
        text = self._begun + self._decoder.decode(data)
        self._begun = ""
        begun = _ANSI_BEGUN.search(text, max(0, len(text) - _LONGEST_ESCAPE))
        if begun is not None:
            text, self._begun = text[: begun.start()], begun.group()
        kept = letters(_ANSI.sub("", text))
        if kept:
            self._parts.append(kept)
            self._length += len(kept)

    def __len__(self) -> int:
        return self._length

    def after(self, start: int) -> str:
        """The letters and digits from position `start` on."""
        if len(self._parts) > 1:
            self._parts = ["".join(self._parts)]
        return self._parts[0][start:] if self._parts else ""


class Progress:
    """How much of one streamed answer has appeared on a screen, piece by piece.

    A piece is shown when its letters and digits stand on the screen after those of the piece before.
    What else stands there (headings, spinners, text drawn twice) is passed over.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._position = len(screen)  # where on the screen the next piece may begin
        self._pieces: list[str] = []  # letters of each piece sent
        self._starts: list[int] = []  # letters before each piece
        self._offsets: list[int] = []  # for each letter, its place among the characters sent
        self._shown_pieces = 0
        self._sent_letters = 0
        self._sent_characters = 0

    def send(self, piece: str) -> None:
        """Note that a piece has been sent."""
        kept = letters(piece)
        self._pieces.append(kept)
        self._starts.append(self._sent_letters)
        self._offsets += [self._sent_characters + at for at, sign in enumerate(piece) if sign.isalnum()]
        self._sent_letters += len(kept)
        self._sent_characters += len(piece)

    @property
    def shown_pieces(self) -> int:
        """How many pieces, counted from the first, are whole on the screen."""
        while self._shown_pieces < len(self._pieces):
            piece = self._pieces[self._shown_pieces]
            if piece:
                found = self._screen.after(self._position).find(piece)
                if found < 0:
                    break
                self._position += found + len(piece)
            self._shown_pieces += 1
        return self._shown_pieces

    @property
    def all_shown(self) -> bool:
        """Whether every piece sent so far is on the screen."""
        return self.shown_pieces == len(self._pieces)

    @property
    def shown_letters(self) -> int:
        """How many of the letters sent are on the screen, the beginning of the next piece included."""
        shown = self.shown_pieces
        if shown == len(self._pieces):
            return self._sent_letters
        return self._starts[shown] + self._begun(self._pieces[shown])

    @property
    def backlog(self) -> int:
        """Characters sent and not on the screen; signs between shown letters count as shown."""
        shown = self.shown_letters
        return 0 if shown == self._sent_letters else self._sent_characters - self._offsets[shown]

    def piece_at(self, letter: int) -> int:
        """The index of the piece that holds a letter of the answer."""
        return bisect_right(self._starts, letter) - 1

    def _begun(self, piece: str) -> int:
        """The length of the longest beginning of a piece that is on the screen."""
        seen = self._screen.after(self._position)
        low, high = 0, len(piece) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if piece[:middle] in seen:
                low = middle
            else:
                high = middle - 1
        return low
