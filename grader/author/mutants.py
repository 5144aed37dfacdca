"""Small changes to a solution, one at a time: what a slip of the hand could make of it. Pure; runs nothing.

Theory of operation. A solution is read with `ast`; `changes` says what could stand in the place of what, and each
change in turn gives one mutant. Programs are written out by `ast.unparse`, so a mutant and its original differ in the
change alone. A mutant has a name that says where the change is and what it is, and stays the same while the solution
stays: accepted mutants are listed by it. Annotations and docstrings are left as they are.
"""

from __future__ import annotations

import ast
import copy
import difflib
from collections import Counter
from dataclasses import dataclass
from itertools import takewhile

from grader.author.changes import Body, Change, changes_of

_SHORT = 48
_SHARED = 16  # characters of what did not change, on each side


@dataclass(frozen=True)
class Mutant:
    """One changed program; `scope` is the function in which the change lies, `module` outside of all."""

    name: str
    scope: str
    source: str
    diff: str


def mutants_of(source: str) -> list[Mutant]:
    """Make every mutant of a program, in the order of its text."""
    tree = ast.parse(source)
    original = ast.unparse(tree)
    seen = {original}
    names: Counter[str] = Counter()
    found = []
    for change in changes_of(tree):
        mutated = _applied(tree, change)
        if mutated is None or mutated in seen:
            continue
        seen.add(mutated)
        name = f"{change.scope}: {_contrast(change.was, change.now)}"
        names[name] += 1
        if names[name] > 1:
            name += f" ({names[name]})"
        found.append(Mutant(name, change.scope, mutated + "\n", _diff(original, mutated)))
    return found


def _applied(tree: ast.Module, change: Change) -> str | None:
    """Write the changed program out; None where it cannot be written."""
    changed = copy.deepcopy(tree)
    parent: ast.AST = changed
    for name, at in change.path[:-1]:
        value = getattr(parent, name)
        parent = value if at is None else value[at]
    name, at = change.path[-1]
    put = copy.deepcopy(change.put)
    if isinstance(put, Body):
        setattr(parent, name, list(put))
    elif isinstance(put, list):
        assert at is not None
        getattr(parent, name)[at : at + 1] = put
        if not getattr(parent, name):
            getattr(parent, name).append(ast.Pass())
    elif at is None:
        setattr(parent, name, put)
    else:
        getattr(parent, name)[at] = put
    try:
        text = ast.unparse(ast.fix_missing_locations(changed))
        compile(text, "mutant", "exec")
    except (SyntaxError, ValueError):
        return None
    return text


def _diff(original: str, mutated: str) -> str:
    lines = difflib.unified_diff(original.splitlines(), mutated.splitlines(), lineterm="", n=0)
    return "\n".join(_cut(line) for line in list(lines)[2:] if not line.startswith("@@"))


def _cut(line: str) -> str:
    return line if len(line) <= 160 else f"{line[:157]}..."


def _contrast(was: str, now: str) -> str:
    """Say what becomes what, the parts that both share cut short."""
    was, now = _plain(was), _plain(now)
    if now.startswith("(the statement"):
        return f"{_middle(was, 0, len(was))} → {now}"
    if max(len(was), len(now)) > _SHORT:
        ahead = _shared(was, now)
        behind = _shared(was[ahead:][::-1], now[ahead:][::-1])
        was, now = (_middle(text, ahead - _SHARED, len(text) - behind + _SHARED) for text in (was, now))
    return f"{was} → {now}"


def _shared(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("'", '"')


def _middle(text: str, start: int, end: int) -> str:
    cut = text[max(0, start) : end]
    cut = cut if len(cut) <= 2 * _SHORT else f"{cut[:_SHORT]}…{cut[-_SHARED:]}"
    return f"{'…' if start > 0 else ''}{cut}{'…' if end < len(text) else ''}"
