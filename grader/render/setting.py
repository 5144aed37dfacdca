"""How templates become HTML: every text that one writes is made visible and escaped. One environment for all.

Theory: a page writes a thousand values. Jinja hands each to `finalize`, then to `escape`, which wraps it once more;
here `finalize` does all of it, and templates call nothing else.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import escape

from grader.render.compiled import Compiled
from grader.render.prose import inline, prose
from grader.render.states import points
from grader.render.values import exact, rounded
from grader.render.visible import visible

_SHORT = 200  # characters
TEMPLATES = Path(__file__).parent / "templates"


class _Generator(CodeGenerator):
    """Writes `environment.finalize(value)` where Jinja writes `escape(environment.finalize(value))`."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        self.write("environment.finalize(")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        self.write(")")


class _Environment(Environment):
    code_generator_class = _Generator


@cache
def environment() -> Environment:
    """Make the environment once."""
    made = _Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        auto_reload=False,
        bytecode_cache=Compiled(TEMPLATES, Path(__file__)),
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"inline": inline, "prose": prose, "points": points, "exact": exact, "rounded": rounded}
    return made


def _shown(value: Any) -> str:
    """Name control characters in whatever text reaches the page, and escape it; no single text may fill it."""
    if type(value) is not str:
        return value if hasattr(value, "__html__") else str(escape(value))
    return _short(value) if len(value) <= _SHORT else str(escape(visible(value)))


@lru_cache(maxsize=4096)  # names, titles, pieces of recorded answers: a class says the same again and again
def _short(text: str) -> str:
    return str(escape(visible(text)))
