"""Small changes to a solution, one at a time: what a slip of the hand could make of it. Pure; runs nothing.

Theory of operation. A solution is read with `ast`. For every node, the operators below say what could stand in its
place; each replacement in turn gives one mutant. Programs are written out by `ast.unparse`, so a mutant and its
original differ in the change alone. A mutant has a name that says where the change is and what it is, and stays the
same while the solution stays: accepted mutants are listed by it. Annotations and docstrings are left as they are.
"""

from __future__ import annotations

import ast
import copy
import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

_SHORT = 48
_SHARED = 16  # characters of what did not change, on each side
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
    for change in _changes(tree):
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


# ---------------------------------------------------------------- where a change is made


@dataclass(frozen=True)
class _Change:
    """What takes the place of what: `path` leads from the module to the node by (field, index) steps."""

    path: tuple[tuple[str, int | None], ...]
    scope: str
    was: str
    now: str
    put: ast.AST | list[ast.stmt]  # a list takes the place of one statement


def _applied(tree: ast.Module, change: _Change) -> str | None:
    """Write the changed program out; None where it cannot be written."""
    changed = copy.deepcopy(tree)
    parent: ast.AST = changed
    for name, at in change.path[:-1]:
        value = getattr(parent, name)
        parent = value if at is None else value[at]
    name, at = change.path[-1]
    put = copy.deepcopy(change.put)
    if isinstance(put, _Body):
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


def _changes(tree: ast.Module) -> Iterator[_Change]:
    names = _names(tree)
    yield from _within(tree, (), "module", names, [])


def _within(
    node: ast.AST,
    path: tuple[tuple[str, int | None], ...],
    scope: str,
    names: dict[str, list[list[str]]],
    above: Sequence[ast.AST],
) -> Iterator[_Change]:
    """Walk over a program and give the changes at every node."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        scope = node.name
    if path:
        for put in _replacements(node, scope, names, above):
            now = "\n".join(map(ast.unparse, put)) if isinstance(put, list) else _text(put)
            yield _Change(path, scope, _text(node), now or "(nothing)", put)
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
    return ast.unparse(node)


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


def _of_statements(body: list[ast.stmt], path: tuple[tuple[str, int | None], ...], scope: str) -> Iterator[_Change]:
    """Remove each statement; in functions, exchange it with the next one, or move it to the end."""
    *rest, (name, _) = path
    for at, statement in enumerate(body):
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.Import | ast.ImportFrom | ast.Pass):
            continue
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        here = (*rest, (name, at))
        head = _text(statement).splitlines()[0]
        yield _Change(here, scope, head, "(the statement is removed)", [])
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
) -> Iterator[_Change]:
    """Move a statement behind those up to `end`, by putting the whole stretch in a new order."""
    order = [*body[at + 1 : end], body[at]]
    block = ast.Module(body=[*body[:at], *order, *body[end:]], type_ignores=[])
    yield _Change((*rest, (name, None)), scope, _text(body[at]).splitlines()[0], now, _Body(block.body))


class _Body(list[ast.stmt]):
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
                yield ast.BinOp(left=node.left, op=kind(), right=node.right)  # type: ignore[arg-type]
            yield node.left
            yield node.right
        case ast.Compare(ops=[op]):
            for kind in _SWAPPED.get(type(op), ()):
                yield ast.Compare(left=node.left, ops=[kind()], comparators=node.comparators)  # type: ignore[list-item]
        case ast.BoolOp():
            for kind in _SWAPPED.get(type(node.op), ()):
                yield ast.BoolOp(op=kind(), values=node.values)  # type: ignore[arg-type]
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
            yield ast.Expr(value=node.value)  # type: ignore[arg-type]
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
