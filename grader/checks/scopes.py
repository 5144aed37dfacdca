"""Which variable a name in a syntax tree means: scopes, the loops that bind it, and what is emptied as it is filled.

Says nothing of values; those flow in `piece_values`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_FunctionTypes = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
_Binder = ast.For | ast.AsyncFor | ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
_Loop = ast.For | ast.AsyncFor | ast.While
_FILLING = frozenset({"append", "extend", "write", "put", "put_nowait", "add", "appendleft"})
_EMPTYING = frozenset({"clear", "truncate"})


@dataclass(frozen=True)
class Key:
    """A variable: its scope's number (-1: an attribute of whatever object), its name, and the loop that binds it."""

    scope: int
    name: str
    loop: int = 0


@dataclass
class Scope:
    """A module or a function: the names bound in it, and the loops that bind names for a stretch of it."""

    number: int
    node: ast.Module | Function
    parent: Scope | None
    method: bool = False
    names: set[str] = field(default_factory=set)
    free: set[str] = field(default_factory=set)  # declared global or nonlocal
    loops: dict[str, list[int]] = field(default_factory=dict)  # that bind a name
    bound: dict[int, int] = field(default_factory=dict)  # the loop that binds the name at a node

    def key(self, name: str, node: ast.AST) -> Key:
        """The variable that a name at some node of this scope means."""
        home = self._home(name)
        return Key(home.number, name, self.bound.get(id(node), 0) if home is self else 0)

    def keys(self, name: str, node: ast.AST) -> tuple[Key, ...]:
        """The same, with those of the loops that bind it, where nothing else does."""
        key, home = self.key(name, node), self._home(name)
        return (key,) if key.loop else (key, *(Key(home.number, name, loop) for loop in home.loops.get(name, ())))

    def _home(self, name: str) -> Scope:
        scope = self
        while scope.parent is not None and (name not in scope.names or name in scope.free):
            scope = scope.parent
        return scope

    def bind(self, node: ast.AST, around: Mapping[str, int]) -> None:
        """Note for every name below a node which of the loops around it binds it."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Name):
                self.bound[id(child)] = around.get(child.id, 0)
            elif isinstance(child, _Binder):
                targets = [child] if isinstance(child, ast.For | ast.AsyncFor) else child.generators
                named = (part for each in targets for part in ast.walk(each.target))
                names = {part.id for part in named if isinstance(part, ast.Name)}
                for name in names:
                    self.loops.setdefault(name, []).append(id(child))
                self.bind(child, {**around, **dict.fromkeys(names, id(child))})
                self.bind(ast.Expr(targets[0].iter), around)  # the first is looked up outside
            elif not isinstance(child, _FunctionTypes):
                self.bind(child, around)


def scopes_of(tree: ast.Module, first: int) -> list[Scope]:
    """The scopes of a module, its own first; their numbers count from `first`."""
    found: list[Scope] = []
    _enter(tree, None, False, found, first)
    return found


def _enter(node: ast.Module | Function, parent: Scope | None, method: bool, found: list[Scope], first: int) -> None:
    scope = Scope(first + len(found), node, parent, method)
    found.append(scope)
    if isinstance(node, _FunctionTypes):
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        scope.names |= {argument.arg for argument in every if argument is not None}
    for inner, of_class in own_nodes(node):
        if isinstance(inner, _FunctionTypes):
            if not isinstance(inner, ast.Lambda) and not of_class:
                scope.names.add(inner.name)
            _enter(inner, scope, of_class, found, first)
        elif isinstance(inner, ast.Global | ast.Nonlocal):
            scope.free |= set(inner.names)
        elif isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            scope.names.add(inner.id)
        elif isinstance(inner, ast.alias):
            scope.names.add((inner.asname or inner.name).partition(".")[0])
    scope.bind(node, {})


def own_nodes(node: ast.AST, of_class: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    """The nodes of a scope, outer first, without those of its functions; with each, whether a class holds it."""
    for child in ast.iter_child_nodes(node):
        yield child, of_class
        if not isinstance(child, _FunctionTypes):
            yield from own_nodes(child, isinstance(child, ast.ClassDef))


def emptied(scope: Scope) -> frozenset[str]:
    """The variables (by name, of attributes the last part) that are emptied where they are filled, in one loop.

    Text that is held until a word or a line is full is such a one. Without a loop around the filling the function
    stands for it, as in a callback.
    """
    found: set[str] = set()
    _look(scope.node, _emptied_in(scope.node) if scope.parent is not None else frozenset(), found)
    return frozenset(found)


def emptied_in_loops(tree: ast.AST) -> frozenset[str]:
    """The variables that a loop empties, whoever fills them."""
    return frozenset(name for node in ast.walk(tree) if isinstance(node, _Loop) for name in _emptied_in(node))


def _look(node: ast.AST, emptied_around: frozenset[str], found: set[str]) -> None:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, _FunctionTypes):
            found |= {_filled(child)} & emptied_around
            _look(child, _emptied_in(child) if isinstance(child, _Loop) else emptied_around, found)


def _emptied_in(node: ast.AST) -> frozenset[str]:
    return frozenset(name for inner, _ in own_nodes(node) for name in _emptied(inner) if name)


def _filled(node: ast.AST) -> str:
    """The name of what a statement or a call adds to, '' where it adds to nothing."""
    if isinstance(node, ast.AugAssign):
        return name_of(node.target)
    if isinstance(node, ast.Assign):
        return name_of(node.targets[0]) if _adds_to_itself(node) else ""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _FILLING:
        return name_of(node.func.value)
    return ""


def _adds_to_itself(node: ast.Assign) -> bool:
    return isinstance(node.value, ast.BinOp | ast.JoinedStr) and any(
        name_of(inner) == name_of(node.targets[0]) for inner in ast.walk(node.value)
    )


def _emptied(node: ast.AST) -> set[str]:
    """The names of what a statement or a call empties, or gives another value."""
    if isinstance(node, ast.Assign) and not _adds_to_itself(node):
        return {name_of(part) for target in node.targets for part in ast.walk(target)}
    if isinstance(node, ast.Delete):
        return {name_of(target.value) for target in node.targets if isinstance(target, ast.Subscript)}
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _EMPTYING:
        return {name_of(node.func.value)}
    return set()


def name_of(node: ast.AST) -> str:
    """The name of a variable, the last part of a dotted one, '' of anything else."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
