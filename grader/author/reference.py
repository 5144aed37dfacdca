"""The reference for authors of checks: which modules it holds, and its pages, built by pdoc from their docstrings.

The texts stand where the code stands. Here is only what brings them together: a list of modules, and the table of the
vocabulary, which is made from the vocabulary itself.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module, util
from pathlib import Path
from types import ModuleType

from grader.checks import vocabulary
from grader.checks.words import FACTS

_READ_FIRST = ("grader.checks.verdict", "grader.checks.vocabulary", "grader.trace", "grader.course")
_OF_USE = (
    "grader.checks.claims",
    "grader.checks.labelled",
    "grader.checks.output",
    "grader.checks.printed",
    "grader.checks.crash",
    "grader.checks.source",
    "grader.checks.words",
    "grader.screen",
    "grader.progress",
)


class ToolMissingError(RuntimeError):
    """The reference cannot be built; the text is one line."""


def modules() -> tuple[str, ...]:
    """The modules that the reference holds: what every check is given, what it may use, and every shared check."""
    checks = sorted({check.__module__ for check in vocabulary.VOCABULARY.values()})
    return tuple(dict.fromkeys((*_READ_FIRST, *checks, *_OF_USE)))


def table() -> str:
    """The vocabulary of checks as a table in Markdown: name, function, what makes it pass."""
    rows = [
        f"| `{name}` | `{check.__module__}.{check.__name__}` | {_first_sentence(check.__doc__)} |"
        for name, check in vocabulary.VOCABULARY.items()
    ]
    facts = ", ".join(f"`{fact}`" for fact in FACTS)
    return "\n".join(
        [
            "| `check:` | function | |",
            "| --- | --- | --- |",
            *rows,
            "",
            f"Facts that a hint may speak of, each `''` where it is not known: {facts}.",
        ]
    )


def _first_sentence(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0].replace("|", "\\|")


def build(folder: Path) -> list[str]:
    """Write the reference as HTML pages and return every warning; raise ToolMissingError where there is no pdoc."""
    if util.find_spec("pdoc") is None:
        raise ToolMissingError("pdoc is not installed: python -m pip install -e '.[docs]'")
    from pdoc import doc, pdoc, render

    named = modules()
    with warnings.catch_warnings(record=True) as caught, _with_table(vocabulary):
        warnings.simplefilter("always")
        render.configure(docformat="markdown", show_source=True, footer_text="")
        pdoc(*named, output_directory=folder)
        undocumented = list(_undocumented(doc.Module(import_module(name)) for name in named))
    return [str(warning.message) for warning in caught] + undocumented


@contextmanager
def _with_table(module: ModuleType) -> Iterator[None]:
    """Have the table stand below the module's docstring while the block runs."""
    own = module.__doc__
    module.__doc__ = f"{inspect.cleandoc(own or '')}\n\n{table()}"
    try:
        yield
    finally:
        module.__doc__ = own


def _undocumented(found: Iterator[object]) -> Iterator[str]:
    """Find public functions, classes, methods and properties that say nothing."""
    from pdoc import doc

    for module in found:
        assert isinstance(module, doc.Module)
        for member in module.members.values():
            if member.name.startswith("_"):
                continue
            yield from _silent(member)
            if isinstance(member, doc.Class) and member.modulename.startswith(module.modulename):
                for own in member.own_members:
                    yield from _silent(own, vars(member.obj).get(own.name))


def _silent(member: object, behind: object = None) -> Iterator[str]:
    """Name a member that should say something and does not; a field says it in its class."""
    from pdoc import doc

    assert isinstance(member, doc.Doc)
    says = isinstance(member, doc.Function | doc.Class) or isinstance(behind, property | cached_property)
    if says and not member.name.startswith("_") and not member.docstring:
        yield f"{member.fullname} has no docstring."
