"""Which small changes a program can have: operators that say what could stand in the place of each node. Pure.

Theory of operation. For every node of the tree, `_replacements` gives what a slip of the hand could make of it, and
`_of_statements` what could become of the order of a block. A change is told by where it is and what takes the place of
what; nothing is changed here (see `mutants`).
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

_SWAPPED: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.Mult,),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
}
_ATTRIBUTES = {"input_tokens": "output_tokens", "output_tokens": "input_tokens"}
_CALLS = {"min": "max", "max": "min"}


@dataclass(frozen=True)
class Change:
    """What takes the place of what: `path` leads from the module to the node by (field, index) steps."""

    path: tuple[tuple[str, int | None], ...]
    scope: str
    was: str
    now: str
    put: ast.AST | list[ast.stmt]  # a list takes the place of one statement


def changes_of(tree: ast.Module) -> Iterator[Change]:
    """Give every change of a program, in the order of its text."""
    names = _names(tree)
    yield from _within(tree, (), "module", names, [])


def _within(
    node: ast.AST,
    path: tuple[tuple[str, int | None], ...],
    scope: str,
    names: dict[str, list[list[str]]],
    above: Sequence[ast.AST],
) -> Iterator[Change]:
    """Walk over a program and give the changes at every node."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        scope = node.name
    if path:
        for put in _replacements(node, scope, names, above):
            now = "\n".join(map(ast.unparse, put)) if isinstance(put, list) else _text(put)
            yield Change(path, scope, _text(node), now or "(nothing)", put)
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params", "ctx", "op", "ops", "format_spec"):
            continue
        if isinstance(value, ast.AST):
            yield from _within(value, (*path, (name, None)), scope, names, [*above, node])
        elif isinstance(value, list):
            if name in ("body", "orelse"):
                yield from _of_statements(value, (*path, (name, 0)), scope)
            for at, each in enumerate(value):
                if isinstance(each, ast.AST) and not (at == 0 and _is_docstring(each, node)):
                    yield from _within(each, (*path, (name, at)), scope, names, [*above, node])


def _is_docstring(node: ast.AST, parent: ast.AST) -> bool:
    return (
        isinstance(parent, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _text(node: ast.AST) -> str:
    text = ast.unparse(node)
    if isinstance(node, ast.FormattedValue) and text.startswith("f"):  # Python 3.10 makes a string of it
        text = text[1:].strip(text[1])
    return text


def _names(tree: ast.Module) -> dict[str, list[list[str]]]:
    """The names that could be taken for one another: constants of one type, parameters, neighbouring locals."""
    constants: dict[type, list[str]] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            kind = float if isinstance(node.value.value, int) else type(node.value.value)
            constants.setdefault(kind, []).extend(t.id for t in node.targets if isinstance(t, ast.Name))
    groups = {"module": list(constants.values())}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            own = [n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
            own = list(dict.fromkeys(own))
            groups[function.name] = [[a.arg for a in function.args.args], *map(list, pairwise(own))]
    return groups


# ---------------------------------------------------------------- what a change is


def _of_statements(body: list[ast.stmt], path: tuple[tuple[str, int | None], ...], scope: str) -> Iterator[Change]:
    """Remove each statement; in functions, exchange it with the next one, or move it to the end."""
    *rest, (name, _) = path
    for at, statement in enumerate(body):
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.Import | ast.ImportFrom | ast.Pass):
            continue
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        here = (*rest, (name, at))
        head = _text(statement).splitlines()[0]
        yield Change(here, scope, head, "(the statement is removed)", [])
        if at + 1 < len(body) and scope != "module":
            yield from _moved(body, at, at + 2, rest, name, scope, "(the statement after the next one)")
        if at + 2 < len(body) and scope != "module":
            yield from _moved(body, at, len(body), rest, name, scope, "(the statement at the end)")


def _moved(
    body: list[ast.stmt],
    at: int,
    end: int,
    rest: Sequence[tuple[str, int | None]],
    name: str,
    scope: str,
    now: str,
) -> Iterator[Change]:
    """Move a statement behind those up to `end`, by putting the whole stretch in a new order."""
    order = [*body[at + 1 : end], body[at]]
    block = ast.Module(body=[*body[:at], *order, *body[end:]], type_ignores=[])
    yield Change((*rest, (name, None)), scope, _text(body[at]).splitlines()[0], now, Body(block.body))


class Body(list[ast.stmt]):
    """A whole block that takes the place of a block."""


def _replacements(
    node: ast.AST, scope: str, names: dict[str, list[list[str]]], above: Sequence[ast.AST]
) -> Iterator[ast.AST | list[ast.stmt]]:
    match node:
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield from (ast.Constant(other) for other in dict.fromkeys((value + 1, value * 10, 0)) if other != value)
        case ast.Constant(value=str() as value):
            yield from _strings(value, above)
        case ast.JoinedStr(values=values):
            for at, part in enumerate(values):
                if isinstance(part, ast.Constant):
                    yield ast.JoinedStr(values=[*values[:at], *values[at + 1 :]])
        case ast.FormattedValue(format_spec=ast.JoinedStr() as spec):
            yield ast.FormattedValue(value=node.value, conversion=node.conversion, format_spec=None)
            yield from (_formatted(node, other) for other in (".2f", ".0f") if _text(spec).find(other) < 0)
        case ast.BinOp():
            for kind in _SWAPPED.get(type(node.op), ()):
                yield ast.BinOp(left=node.left, op=kind(), right=node.right)  # type: ignore[arg-type]  # the table keeps to one sort
            yield node.left
            yield node.right
        case ast.Compare(ops=[op]):
            for kind in _SWAPPED.get(type(op), ()):
                yield ast.Compare(left=node.left, ops=[kind()], comparators=node.comparators)  # type: ignore[list-item]  # the table keeps to one sort
        case ast.BoolOp():
            for kind in _SWAPPED.get(type(node.op), ()):
                yield ast.BoolOp(op=kind(), values=node.values)  # type: ignore[arg-type]  # the table keeps to one sort
        case ast.IfExp():
            yield ast.IfExp(test=node.test, body=node.orelse, orelse=node.body)
            yield from (node.body, node.orelse)
        case ast.If() if not _is_main_guard(node):
            yield ast.If(test=ast.UnaryOp(op=ast.Not(), operand=node.test), body=node.body, orelse=node.orelse)
            yield from (ast.If(test=ast.Constant(v), body=node.body, orelse=node.orelse) for v in (True, False))
        case ast.For() | ast.While():
            body = [*node.body, ast.Break()]
            yield [_with_body(node, body)]
            yield [_with_body(node, [ast.Pass()])]
        case ast.With():
            yield list(node.body)
        case ast.Return(value=ast.expr()):
            yield ast.Return(value=None)
            yield ast.Expr(value=node.value)  # type: ignore[arg-type]  # the pattern says that there is one
        case ast.Call():
            yield from _calls(node)
        case ast.Subscript(slice=ast.Slice()):
            yield node.value
        case ast.Attribute(attr=attr, ctx=ast.Load()):
            if attr in _ATTRIBUTES:
                yield ast.Attribute(value=node.value, attr=_ATTRIBUTES[attr], ctx=ast.Load())
        case ast.Name(ctx=ast.Load()):
            yield from _other_names(node, scope, names)
        case _:
            return


def _is_main_guard(node: ast.If) -> bool:
    return "__name__" in _text(node.test)


def _with_body(node: ast.For | ast.While, body: list[ast.stmt]) -> ast.stmt:
    changed = copy.deepcopy(node)
    changed.body = copy.deepcopy(body)
    return changed


def _formatted(node: ast.FormattedValue, spec: str) -> ast.FormattedValue:
    return ast.FormattedValue(
        value=node.value, conversion=node.conversion, format_spec=ast.JoinedStr(values=[ast.Constant(spec)])
    )


def _strings(value: str, above: Sequence[ast.AST]) -> Iterator[ast.AST]:
    if any(isinstance(each, ast.FormattedValue) for each in above[-2:]):
        return  # a format; see FormattedValue
    if value:
        yield ast.Constant("")
    yield ast.Constant(f"{value}X")


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    """Drop each argument, exchange neighbours, and call the opposite."""
    for at in range(len(node.keywords)):
        rest = [*node.keywords[:at], *node.keywords[at + 1 :]]
        yield ast.Call(func=node.func, args=node.args, keywords=rest)
    for at in range(len(node.args)):
        yield ast.Call(func=node.func, args=[*node.args[:at], *node.args[at + 1 :]], keywords=node.keywords)
        if at:
            turned = [*node.args[: at - 1], node.args[at], node.args[at - 1], *node.args[at + 1 :]]
            yield ast.Call(func=node.func, args=turned, keywords=node.keywords)
    if isinstance(node.func, ast.Name) and node.func.id in _CALLS:
        func = ast.Name(id=_CALLS[node.func.id], ctx=ast.Load())
        yield ast.Call(func=func, args=node.args, keywords=node.keywords)
    if len(node.args) == 1 and not node.keywords:
        yield node.args[0]


def _other_names(node: ast.Name, scope: str, names: dict[str, list[list[str]]]) -> Iterator[ast.AST]:
    """Another name that could be taken for this one."""
    others = [each for kind in (scope, "module") for group in names.get(kind, ()) if node.id in group for each in group]
    yield from (ast.Name(id=other, ctx=ast.Load()) for other in dict.fromkeys(others) if other != node.id)
