"""A student's source with its lines at fault marked. Reads text; never runs it."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from grader.render.colours import kinds_of_words
from grader.render.excerpt import LONGEST_LINE, Room, cut
from grader.render.visible import visible

_LONGEST_NAME = 120
_AROUND = 12  # lines kept on each side of a line at fault, in a file that is too long

_CLASSES = {"comment": "c", "string": "s", "number": "m", "keyword": "k", "builtin": "b"}


@dataclass(frozen=True)
class SourceLine:
    """One line as HTML; `notes` say why it is marked. A gap has no number."""

    number: int | None
    html: Markup
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceFile:
    """One file; `marked` are the numbers of its marked lines."""

    name: str
    lines: tuple[SourceLine, ...]
    marked: tuple[int, ...]


def source_file(name: str, text: str, notes: Mapping[int, Sequence[str]], room: Room) -> SourceFile:
    """Set a file, its marked lines with their notes; of a long one the ends and what is near to a mark."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    known = {number: tuple(words) for number, words in notes.items() if 1 <= number <= len(lines)}
    kept = _kept(len(lines), known, room.source_lines)
    longest = min(LONGEST_LINE, 12 * room.source_lines)
    coloured = _coloured([cut(lines[number - 1], longest) for number in kept])
    made: list[SourceLine] = []
    before = 0
    for number, text_html in zip(kept, coloured, strict=True):
        if number > before + 1:
            made.append(_gap(lines[before : number - 1]))
        made.append(SourceLine(number, text_html, known.get(number, ())))
        before = number
    if before < len(lines):
        made.append(_gap(lines[before:]))
    return SourceFile(cut(name, _LONGEST_NAME), tuple(made), tuple(sorted(known)))


def _kept(count: int, marked: Iterable[int], most: int) -> list[int]:
    if count <= most:
        return list(range(1, count + 1))
    half = most // 4
    kept = {*range(1, half + 1), *range(count - half + 1, count + 1)}
    around = min(_AROUND, most // 8)
    for number in sorted(marked)[:5]:
        kept.update(range(max(1, number - around), min(count, number + around) + 1))
    return sorted(kept)


def _gap(lines: Sequence[str]) -> SourceLine:
    characters = sum(len(line) + 1 for line in lines)
    return SourceLine(None, escape(f"[… {len(lines):,} lines, {characters:,} characters, left out …]"))


def _coloured(lines: Sequence[str]) -> list[Markup]:
    """Colour lines by the kind of their words."""
    done: list[list[str]] = [[]]
    for kind, text in kinds_of_words("\n".join(lines)):
        name = _CLASSES.get(kind)
        for part, piece in enumerate(text.split("\n")):
            if part:
                done.append([])
            if piece:
                shown = html.escape(visible(piece, len(piece)))
                done[-1].append(f'<span class="{name}">{shown}</span>' if name else shown)
    made = [Markup("".join(line)) for line in done]  # every piece of text has been escaped above
    return (made + [Markup("")] * len(lines))[: len(lines)]
