"""Expected beside observed: exact, with white space visible and the difference marked. Escapes everything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from markupsafe import Markup, escape

from grader.checks.figures import readable
from grader.render.excerpt import cut
from grader.render.visible import visible

_LONGEST = 4000
_MOST_DIGITS = 24  # of a float, before its noise
_COMPARED = 160  # characters of a value in which a difference is worth a mark
_SPACE = re.compile(r"\A +| +\Z|(?<= ) +| +(?= )|\t|\n| +(?=\n)|(?<=\n) +")
_TOKEN = re.compile(
    r"(?P<number>\$?\d+(?:[,_\u2009\u202f]\d{3})*(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<word>\w+)|\s+|[^\w\s]"
)
_NOT_OF_NUMBER = re.compile(r"[$,_\u2009\u202f]")
_NINES = re.compile(r"\.\d*9{7,}\d?(?!\d)")
_NOISE = re.compile(r"(?<=[1-9])0{7,}[1-9]\d?(?!\d)")  # what binary floats add at the end of a decimal fraction


@lru_cache(maxsize=4096)  # pieces of recorded answers come to every page of a class
def exact(value: str, other: str = "") -> Markup:
    """Set a value as it is: spaces that one would overlook and line ends have signs, what differs a mark."""
    if not value:
        return Markup('<span class="nothing">nothing</span>')
    marked = list(_differences(value, other))
    if not marked:
        return _spaces(cut(value, _LONGEST))
    parts: list[Markup] = []
    end = 0
    for start, stop in marked:
        differing = _inner(value[start:stop], before=value[:start])
        parts += [_inner(value[end:start]), Markup("<mark>{}</mark>").format(differing)]
        end = stop
    return Markup("").join([*parts, _inner(value[end:])])


@lru_cache(maxsize=1024)
def rounded(value: str) -> str:
    """A value without the binary noise of its floats, '' where that noise is no trouble to read."""
    short = readable(value[:_LONGEST])
    return short if _NINES.search(value[:_LONGEST]) and short != value else ""


def _differences(value: str, other: str) -> Iterator[tuple[int, int]]:
    """The places of the numbers and words in which two values of one form differ; none where the forms do."""
    if value == other or max(len(value), len(other)) > _COMPARED:
        return
    one, two = list(_TOKEN.finditer(value)), list(_TOKEN.finditer(other))
    if len(one) != len(two) or any(a.lastgroup != b.lastgroup for a, b in zip(one, two, strict=True)):
        return
    pairs = list(zip(one, two, strict=True))
    if any(a.lastgroup is None and a.group() != b.group() for a, b in pairs):
        return
    for a, b in pairs:
        if a.lastgroup == "number" and (alike_digits := _alike_digits(a.group(), b.group())) is not None:
            if a.start() + alike_digits < a.end():
                yield a.start() + alike_digits, a.end()
        elif a.lastgroup == "word" and a.group() != b.group():
            yield a.span()


def _alike_digits(number: str, other: str) -> int | None:
    """How many signs of a number stand before its first digit that differs; None where its value is the same."""
    ours, theirs = (_NOT_OF_NUMBER.sub("", each) for each in (number, other))
    if ours == theirs:
        return None
    if len(ours.partition(".")[0]) != len(theirs.partition(".")[0]):
        return len(number) - len(number.lstrip("$"))
    digits = alike(ours, theirs)
    seen = 0
    for place, sign in enumerate(number):
        if not _NOT_OF_NUMBER.match(sign):
            if seen == digits:
                return place
            seen += 1
    return len(number)


def alike(one: str, other: str) -> int:
    """Count the characters with which two texts both begin."""
    low, high = 0, min(len(one), len(other))
    while low < high:  # by halves, so that long texts are compared quickly
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle - 1)
    return low


def _spaces(text: str) -> Markup:
    parts: list[str] = []
    end = 0
    for found in _SPACE.finditer(text):
        parts += (_inner(text[end : found.start()]), _sign(found.group()))
        end = found.end()
    return Markup("".join([*parts, _inner(text[end:])]))  # every part is escaped: a page has thousands of them


def _inner(text: str, before: str = "") -> Markup:
    """Escape a text; the binary noise of a float is there, and stands back."""
    parts: list[str] = []
    end = 0
    for found in _NOISE.finditer(text):
        if "." in (before + text[: found.start()])[-_MOST_DIGITS:]:
            noise = Markup('<span class="noise">{}</span>').format(found.group())
            parts += (_shown(text[end : found.start()]), noise)
            end = found.end()
    return Markup("".join([*parts, _shown(text[end:])])) if parts else _shown(text)


def _shown(text: str) -> Markup:
    return escape(visible(text, len(text) + 1))


@lru_cache(maxsize=64)
def _sign(space: str) -> Markup:
    if space == "\n":
        return Markup('<span class="space">↵</span>\n')
    return Markup('<span class="space">{}</span>').format("⇥" if space == "\t" else "·" * len(space))
