"""The course's small markup in hints and messages (`code`, indented code, paragraphs) as HTML. Escapes everything."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from functools import lru_cache

from markupsafe import Markup, escape

from grader.render.visible import visible

_LONGEST = 8000
_CODE = re.compile(r"`([^`\n]+)`")
_BLOCKS = re.compile(r"((?:^(?: {4}|\t).*(?:\n|\Z)|^[ \t]*\n(?=(?: {4}|\t)))+)", re.MULTILINE)


@lru_cache(maxsize=1024)  # most of it are the course's own words, said to many
def inline(text: str) -> Markup:
    """Escape a line of text and set what stands between backticks as code."""
    parts = _CODE.split(visible(text, _LONGEST))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if odd % 2 else escape(part) for odd, part in enumerate(parts)
    )


@lru_cache(maxsize=1024)
def prose(text: str) -> Markup:
    """Set paragraphs and indented code."""
    return Markup("\n").join(_blocks(text))


def _blocks(text: str) -> Iterator[Markup]:
    for number, part in enumerate(_BLOCKS.split(text.expandtabs(4))):
        if number % 2 and part.strip():
            code = textwrap.dedent(part).strip("\n")
            yield Markup('<pre class="code"><code>{}</code></pre>').format(visible(code, _LONGEST))
        else:
            for paragraph in re.split(r"\n\s*\n", part):
                if paragraph.strip():
                    yield Markup("<p>{}</p>").format(inline(paragraph.strip()))
