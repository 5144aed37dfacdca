"""Who may import whom: the table of ARCHITECTURE.md, held against the code."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# A room may import from rooms with a smaller number, and from itself. Rooms of one number never meet.
LAYERS: dict[str, int] = {
    "frozen": -1,
    "trace": 0, "screen": 0, "documents": 0, "identity": 0,
    "progress": 1, "course": 1, "report": 1, "sandbox": 1,
    "fixtures": 2,
    "replay": 3, "checks": 3,
    "marks": 4,
    "run": 5, "judge": 5, "render": 5,
    "grading": 6,
    "bulk": 7, "export": 7, "author": 7,
    "commands": 8,
    "cli": 9,
}  # fmt: skip
UPWARD = {("commands", "cli")}  # commands raise the command line's own error and return its exit statuses


def room(module: str) -> str:
    """The room of `grader.room.module`."""
    return module.split(".")[1] if "." in module else ""


def imports(path: Path) -> set[str]:
    """Every grader module that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("grader"):
            found |= {node.module} if node.module != "grader" else {f"grader.{a.name}" for a in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("grader.")}
    return {name for name in found if room(name) in LAYERS}


SOURCES = sorted(p for p in (ROOT / "grader").rglob("*.py") if p.name != "__init__.py" or p.parent.name != "grader")


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_go_down_only(path: Path) -> None:
    """A module imports from its own room or from lower ones."""
    here = path.relative_to(ROOT / "grader").with_suffix("").parts[0]
    for name in imports(path):
        there = room(name)
        allowed = there == here or LAYERS[there] < LAYERS[here] or (here, there) in UPWARD
        assert allowed, f"{path.name} ({here}) imports {name} ({there})"


def test_every_room_is_in_the_table() -> None:
    """No room stands outside of the layers."""
    rooms = {path.relative_to(ROOT / "grader").with_suffix("").parts[0] for path in SOURCES}
    assert rooms <= set(LAYERS)


def test_what_runs_beside_student_code_imports_the_standard_library_only() -> None:
    """The module in the student's process brings nothing of the grader with it."""
    assert imports(ROOT / "grader" / "sandbox" / "inside.py") == set()
