"""Expected beside observed: exact, with white space visible and the difference marked. Escapes everything."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from grader.render.excerpt import cut
from grader.render.visible import visible

_LONGEST = 4000
_COMPARED = 48  # characters of a value in which a difference is worth a mark
_SPACE = re.compile(r"\A +| +\Z|(?<= ) +| +(?= )|\t|\n| +(?=\n)|(?<=\n) +")


def exact(value: str, other: str = "") -> Markup:
    """Set a value as it is: spaces that one would overlook and line ends have signs, the difference a mark."""
    if not value:
        return Markup('<span class="nothing">nothing</span>')
    if not _are_values(value, other):
        return _spaces(cut(value, _LONGEST))
    before = alike(value, other)
    rest = min(len(value), len(other)) - before
    after = min(rest, alike(value[::-1], other[::-1]))
    end = len(value) - after
    if before == end or not (before or after):
        return _spaces(value)
    return Markup("{}<mark>{}</mark>{}").format(_inner(value[:before]), _inner(value[before:end]), _inner(value[end:]))


def alike(one: str, other: str) -> int:
    """Count the characters with which two texts both begin."""
    low, high = 0, min(len(one), len(other))
    while low < high:  # by halves, so that long texts are compared quickly
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle - 1)
    return low


def _are_values(value: str, other: str) -> bool:
    """Whether two texts are values of one kind (numbers, dollars, short words) and not sentences."""
    return (
        bool(other)
        and value != other
        and all(
            len(text) <= _COMPARED and text.count(" ") <= 2 and any(sign.isdigit() for sign in text)
            for text in (value, other)
        )
    )


def _spaces(text: str) -> Markup:
    parts: list[Markup] = []
    end = 0
    for found in _SPACE.finditer(text):
        parts += [_inner(text[end : found.start()]), _sign(found.group())]
        end = found.end()
    return Markup("").join([*parts, _inner(text[end:])])


def _inner(text: str) -> Markup:
    return escape(visible(text, len(text) + 1))


def _sign(space: str) -> Markup:
    if space == "\n":
        return Markup('<span class="space">↵</span>\n')
    return Markup('<span class="space">{}</span>').format("⇥" if space == "\t" else "·" * len(space))
