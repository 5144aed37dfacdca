"""Where a value in a student's file comes from: from the print back over the names to the line that makes it.

Reads the syntax tree and follows names by their place in the file, as a reader would; it runs nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from grader.checks.source import Source

_ASKING = frozenset({"create", "stream", "count_tokens", "parse", "post", "get_final_message", "get_final_text"})
_WRAPPING = frozenset({"round", "float", "int", "str", "format", "Decimal", "abs", "repr"})
_MOST_STEPS = 8
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Step:
    """One place on the way of a value, the nearest to the screen first: the line, and what stands there for it."""

    line: int
    value: ast.expr


class Origins:
    """The names of one file, and where each is given its value."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def steps(self, value: ast.expr, line: int) -> list[Step]:
        """Follow a value that is used in a line back to where it is made."""
        found = [Step(line, value)]
        for _ in range(_MOST_STEPS):
            name = _name_to_follow(found[-1].value)
            given = None if name is None else self.given(name, found[-1].line)
            if given is None or (isinstance(found[-1].value, ast.Attribute | ast.Subscript) and asks(given.value)):
                break
            found.append(given)
        return found

    def given(self, name: str, before: int) -> Step | None:
        """The last place before a line where a name is given a value, in the same function, else in the module."""
        inside = self._around(before)
        above = (each for each in reversed(self._given.get((inside, name), ())) if each.line < before)
        own = next(above, None)
        if own is not None or inside is None:
            return own
        return next(reversed(self._given.get((None, name), ())), None)

    def function(self, name: str) -> _Function | None:
        """The last function of a name."""
        return next((each for each in reversed(self._source.functions) if each.name == name), None)

    def _around(self, line: int) -> _Function | None:
        """The innermost function that a line stands in."""
        return self._functions.get(line)

    @cached_property
    def _functions(self) -> dict[int, _Function]:
        found: dict[int, _Function] = {}
        for function in self._source.functions:  # outer before inner
            found.update(dict.fromkeys(range(function.lineno, (function.end_lineno or function.lineno) + 1), function))
        return found

    @cached_property
    def _given(self) -> dict[tuple[_Function | None, str], list[Step]]:
        """The places where each name is given a value, by function, in order of lines."""
        found: dict[tuple[_Function | None, str], list[Step]] = {}
        for node in self._source.nodes:
            for target, value in _assigned(node):
                for name, part in _paired(target, value):
                    line = getattr(node, "lineno", 0)
                    found.setdefault((self._around(line), name), []).append(Step(line, part))
        return {place: sorted(steps, key=lambda step: step.line) for place, steps in found.items()}


def _assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, ast.AugAssign | ast.NamedExpr) or (isinstance(node, ast.AnnAssign) and node.value):
        assert node.value is not None
        yield node.target, node.value


def _paired(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """The names of a target, each with its own part of the value where the two have the same shape."""
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple | ast.List):
        same = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
        parts = value.elts if same and isinstance(value, ast.Tuple | ast.List) else [value] * len(target.elts)
        for each, part in zip(target.elts, parts, strict=True):
            yield from _paired(each, part)


def _name_to_follow(value: ast.expr) -> str | None:
    """The name that a value is, or is a part of; None where the value is made on the spot."""
    match value:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=inner) | ast.Subscript(value=inner) | ast.Await(value=inner):
            return _name_to_follow(inner)
        case ast.Call(func=ast.Name(id=function), args=[first, *_]) if function in _WRAPPING:
            return _name_to_follow(first)
    return None


def asks(value: ast.AST) -> bool:
    """Whether a value is the answer to a request."""
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _ASKING
        for node in ast.walk(value)
    )


def computes(value: ast.AST) -> bool:
    """Whether numbers are multiplied or divided in a value."""
    return any(
        isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div | ast.FloorDiv)
        for node in ast.walk(value)
    )
