"""What a person would read of a program's output: its text, and the letters in it. Pure text: no files, no clocks."""

from __future__ import annotations

import codecs
import re
import unicodedata

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


_MOST_KEPT = 10_000  # characters; a program may print all that there are


class _Letters(dict[int, str | None]):
    """What is left of each character: a letter or digit stays, without its accents, and all else goes.

    So it does not matter whether an accent is part of its letter or a character of its own: both look the same.
    """

    def __missing__(self, code: int) -> str | None:
        sign = chr(code)
        parts = unicodedata.normalize("NFD", sign)
        accented = len(parts) > 1 and all(map(unicodedata.combining, parts[1:]))
        left = (parts[0] if accented else sign) if sign.isalnum() else None
        if len(self) < _MOST_KEPT:
            self[code] = left
        return left


_LETTERS = _Letters()
"".join(map(chr, range(0x250))).translate(_LETTERS)  # Latin letters are kept whatever comes first


def letters(text: str) -> str:
    """Keep the letters and digits of a text, in order: one for each that is there, without its accents."""
    return text.translate(_LETTERS)


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
        if "\x1b" in text:
            self._begun = ""
            begun = _ANSI_BEGUN.search(text, max(0, len(text) - _LONGEST_ESCAPE))
            if begun is not None:
                text, self._begun = text[: begun.start()], begun.group()
            text = _ANSI.sub("", text)
        kept = letters(text)
        if kept:
            self._parts.append(kept)
            self._length += len(kept)

    def __len__(self) -> int:
        return self._length

    @property
    def writes(self) -> int:
        """How many writes brought letters: a place from which `since` reads on."""
        return len(self._parts)

    def since(self, writes: int) -> str:
        """The letters and digits that came after so many writes."""
        return "".join(self._parts[writes:])
