"""What a student's file prints: the texts in its calls, and what is put after each of them. Reads the syntax tree.

A label is found as the contract finds it on the screen, by its letters; case, marks and spaces make no difference.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.checks.source import Source

_PRINTING = frozenset({"print", "write", "writelines", "add_row", "info", "echo", "log"})
_IS, _BEGINS, _HOLDS, _JOINED = 6, 4, 2, 0  # how well a text fits a label
_OF_PERCENT = re.compile(r"%(?:\([^)]*\))?[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[a-zA-Z]")
_OF_FORMAT = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True)
class _Text:
    """A text that is printed, and its line."""

    text: str
    line: int


_Part = _Text | ast.expr


@dataclass(frozen=True)
class Printout:
    """One place where a label is printed; `value` is the expression put after it, None where only text is."""

    line: int
    value: ast.expr | None


def printout(source: Source, label: str) -> Printout | None:
    """Find where a label is printed: the text that fits it best, the last of those that fit alike."""
    found: list[tuple[int, int, Printout]] = []
    for node in source.nodes:
        rank = 1 if isinstance(node, ast.Call) and _name(node) in _PRINTING else 0
        parts = list(_parts_of(node))
        for at, part in enumerate(parts):
            if isinstance(part, _Text) and (fit := _fit(part.text, label)) is not None:
                value = next((each for each in parts[at + 1 :] if isinstance(each, ast.expr)), None)
                place = Printout(part.line, None if _holds_value(part.text, label) else value)
                found.append((fit + rank, part.line, place))
    return max(found, key=lambda each: each[:2])[2] if found else None


def bare(source: Source, label: str) -> Printout | None:
    """Find where a value is printed without its label: the shortest printed expression that is named like it."""
    found: list[tuple[int, int, Printout]] = []
    for node in source.nodes:
        if isinstance(node, ast.Call) and _name(node) in _PRINTING:
            for part in _parts_of(node):
                written = "" if isinstance(part, _Text) else ast.unparse(part)
                if _joined(label) in _joined(written):
                    found.append((len(written), node.lineno, Printout(node.lineno, None)))
    return min(found, key=lambda each: each[:2])[2] if found else None


def _parts_of(node: ast.AST) -> Iterator[_Part]:
    """The texts and the values of something printed, in order; nothing for other nodes."""
    if isinstance(node, ast.Call):
        yield from _all(node.args)
    elif isinstance(node, ast.JoinedStr | ast.Tuple | ast.List | ast.Dict):
        yield from _parts(node)


def _all(values: Sequence[ast.expr]) -> Iterator[_Part]:
    for value in values:
        yield from _parts(value)


def _parts(value: ast.expr) -> Iterator[_Part]:
    match value:
        case ast.Constant(value=str(text)):
            yield _Text(text, value.lineno)
        case ast.JoinedStr(values=values):
            yield from _all(values)
        case ast.FormattedValue(value=inner):
            yield inner
        case ast.Starred(value=inner):
            yield from _parts(inner)
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            yield from _all(elements)
        case ast.Dict(keys=keys, values=values):
            for key, each in zip(keys, values, strict=True):
                yield from _all([each] if key is None else [key, each])
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod(), right=right):
            values = right.elts if isinstance(right, ast.Tuple) else [right]
            yield from _filled(_Text(text, value.lineno), _OF_PERCENT, values)
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format"), args=arguments):
            yield from _filled(_Text(text, value.lineno), _OF_FORMAT, arguments)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            parts = [*_parts(left), *_parts(right)]
            yield from parts if any(isinstance(part, _Text) for part in parts) else [value]
        case _:
            yield value


def _filled(template: _Text, place: re.Pattern[str], values: Sequence[ast.expr]) -> Iterator[_Part]:
    """A template's texts with the values between them."""
    for at, text in enumerate(place.split(template.text)):
        yield _Text(text, template.line)
        if at < len(values):
            yield values[at]


def _fit(text: str, label: str) -> int | None:
    """How well a text fits a label, None where it does not hold it."""
    plain, wanted = _plain(text), _plain(label)
    lines = [_plain(line) for line in text.splitlines()]
    if any(f"{line} ".startswith(f"{wanted} ") for line in lines):
        return _IS
    if any(line.startswith(wanted) for line in lines):
        return _BEGINS
    if f" {wanted}" in f" {plain}":
        return _HOLDS
    return _JOINED if _joined(label) in _joined(text) else None


def _holds_value(text: str, label: str) -> bool:
    """Whether a digit stands after a label in the same text."""
    return any(sign.isdigit() for sign in _plain(text).rpartition(_plain(label))[2])


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().lower()


def _joined(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def _name(call: ast.Call) -> str:
    if isinstance(call.func, ast.Name):
        return call.func.id
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""
