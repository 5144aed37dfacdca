"""How templates become HTML: every text that one writes is made visible and escaped. One environment for all."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from grader.render.prose import inline, prose
from grader.render.states import points
from grader.render.values import exact, rounded
from grader.render.visible import visible

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """Make the environment once."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"inline": inline, "prose": prose, "points": points, "exact": exact, "rounded": rounded}
    return made


def _shown(value: Any) -> Any:
    """Name control characters in whatever text reaches the page; no single text may fill it."""
    return visible(value) if isinstance(value, str) and not hasattr(value, "__html__") else value
