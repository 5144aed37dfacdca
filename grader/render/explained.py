"""A known mistake in a terminal: its rule, the lines with it and without it, and an example worked out."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.course import Misconception


def explained(name: str, mistake: Misconception) -> RenderableType:
    """Lay one mistake out."""
    parts: list[RenderableType] = [Text(mistake.title, style="bold").append(f"  {name}", style="not bold dim"), Text()]
    if mistake.rule:
        parts += [Padding(Text(mistake.rule.strip()), (0, 2)), Text()]
    parts += _code("✗ with the mistake", mistake.example.wrong, "red")
    parts += _code("✓ without it", mistake.example.right, "green")
    parts += [Text("An example worked out", style="bold"), Padding(Text(mistake.example.worked.strip()), (0, 2))]
    return Group(*parts)


def _code(title: str, code: str, colour: str) -> list[RenderableType]:
    return [Text(title, style=f"bold {colour}"), Padding(Text(code.strip("\n")), (0, 0, 1, 2))]


def listed(known: Mapping[str, Misconception]) -> RenderableType:
    """List the mistakes, a line each."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column()
    for name, mistake in known.items():
        table.add_row(Text(name, style="bold"), Text(mistake.title))
    return Group(table, Text("\npython grade.py explain NAME shows one with an example.", style="dim"))
