"""The kinds of words in a Python source, for its colours: one scan, of any text, whether Python can read it or not.

A page shows what a student has written, so nothing may be changed or lost: the pieces put together are the text.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterator
from typing import Literal

Kind = Literal["", "comment", "string", "number", "keyword", "builtin"]

_PATTERN = re.compile(
    r"""
    (?P<comment> \#[^\n]* )
  | (?P<string> (?:[rbuf]|rb|br|rf|fr)?
      (?: \"{3} (?:\\.|.)*? (?:\"{3}|\Z)
        | '{3} (?:\\.|.)*? (?:'{3}|\Z)
        | " (?:\\.|[^"\\\n])* "?
        | ' (?:\\.|[^'\\\n])* '? ) )
  | (?P<number> (?: 0[xob][\da-f_]+ | (?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*) (?:e[+-]?\d[\d_]*)? j? ) )
  | (?P<word> \.?[^\W\d]\w* )
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_KEYWORDS = frozenset(keyword.kwlist)
_BUILTINS = frozenset(name for name in dir(builtins) if name[0].islower()) | {"self", "cls"}


def kinds_of_words(source: str) -> Iterator[tuple[Kind, str]]:
    """Give a source piece by piece, each with its kind; what lies between words has none."""
    told = 0
    for found in _PATTERN.finditer(source):
        kind = found.lastgroup if found.lastgroup != "word" else _kind_of(found[0])
        if kind:
            if found.start() > told:
                yield "", source[told : found.start()]
            yield kind, found[0]  # type: ignore[misc]  # the groups' names are kinds
            told = found.end()
    if told < len(source):
        yield "", source[told:]


def _kind_of(word: str) -> Kind:
    if word in _KEYWORDS:
        return "keyword"
    return "builtin" if word in _BUILTINS else ""
