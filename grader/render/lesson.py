"""The parts of the lesson that a page leads to, so that its links work wherever the file lies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup

_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_INNER_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]*\)")
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")


@dataclass(frozen=True)
class Part:
    """One section of the lesson."""

    anchor: str
    title: str
    html: Markup


def anchor_of(lesson: str) -> str:
    """The anchor in a link such as `lesson.md#prose-and-code`."""
    return lesson.partition("#")[2]


def lesson_parts(folder: Path, lessons: Iterable[str]) -> tuple[Part, ...]:
    """The sections that some links name, in the lesson's order."""
    wanted = {anchor_of(lesson) for lesson in lessons}
    return tuple(part for part in _sections(folder / "lesson.md") if part.anchor in wanted)


@lru_cache(maxsize=4)
def _sections(path: Path) -> tuple[Part, ...]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        return ()
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    _, *found = _HEADING.split(text)
    return tuple(
        Part(_anchor(title), title.replace("`", ""), _html(markdown, body))
        for title, body in zip(found[::2], found[1::2], strict=True)
    )


def _html(markdown: MarkdownIt, body: str) -> Markup:
    html = markdown.render(_INNER_LINK.sub(r"\1", body))
    for level in (4, 3):
        html = re.sub(rf"(</?)h{level}>", rf"\1h{level + 1}>", html)
    html = re.sub(r' style="text-align:(\w+)"', r' class="\1"', html)
    return Markup(html)  # the course's own words, raw HTML in them disabled


def _anchor(title: str) -> str:
    return _NOT_IN_ANCHORS.sub("", title.lower()).strip().replace(" ", "-")
