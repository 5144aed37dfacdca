"""The loops over the pieces of a stream in a syntax tree: whether they print, and whether they flush."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_Loop = ast.For | ast.AsyncFor
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class StreamLoop:
    """One loop; `print_line` is that of the first print (or write) in it, None where it prints nothing.

    `flushes` tells that a flush stands in the loop, `line` is the loop's own.
    """

    line: int
    print_line: int | None
    flushes: bool


def stream_loops(tree: ast.Module) -> tuple[StreamLoop, ...]:
    """Find the loops over something that is called a stream, or that was opened as one."""
    names = set(_stream_names(tree))
    printing = _functions_that(tree, _is_print)
    flushing = _functions_that(tree, _is_flush)
    loops = []
    for node in ast.walk(tree):
        if isinstance(node, _Loop) and _is_over_stream(node.iter, names):
            inner = [each for statement in node.body for each in ast.walk(statement)]
            prints = [
                each.lineno
                for each in inner
                if isinstance(each, ast.Call) and (_is_print(each) or called(each) in printing)
            ]
            flushes = any(_is_flush(each) or called(each) in flushing for each in inner)
            loops.append(StreamLoop(node.lineno, min(prints, default=None), flushes))
    return tuple(sorted(loops, key=lambda loop: loop.line))


def hands_stream_on(tree: ast.Module) -> bool:
    """Tell whether a stream is given to something else that may read it: a call, a comprehension, a generator."""
    names = set(_stream_names(tree))
    for node in ast.walk(tree):
        given: list[ast.expr] = []
        if isinstance(node, ast.Call):
            given = [*node.args, *(word.value for word in node.keywords)]
            if isinstance(node.func, ast.Attribute) and node.func.attr in ("__next__", "__anext__", "__iter__"):
                given.append(node.func.value)
        elif isinstance(node, ast.Starred | ast.YieldFrom | ast.Return):
            given = [node.value] if node.value is not None else []
        elif isinstance(node, ast.comprehension):
            given = [node.iter]
        elif isinstance(node, ast.Assign) and any(isinstance(target, ast.Tuple | ast.List) for target in node.targets):
            given = [node.value]
        if any(_is_stream(each, names) for each in given):
            return True
    return False


def _is_stream(node: ast.expr, names: set[str]) -> bool:
    if isinstance(node, ast.Call):
        return _opens_stream(node)
    return (isinstance(node, ast.Name) and node.id in names) or (
        isinstance(node, ast.Attribute) and node.attr in ("text_stream", "events")
    )


def _stream_names(tree: ast.Module) -> Iterator[str]:
    """The variables that hold a stream: opened by `with`, or assigned from a call that asks for one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                if isinstance(item.optional_vars, ast.Name) and _opens_stream(item.context_expr):
                    yield item.optional_vars.id
        elif isinstance(node, ast.Assign) and _opens_stream(node.value):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _opens_stream(node: ast.expr) -> bool:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            if isinstance(inner.func, ast.Attribute) and inner.func.attr == "stream":
                return True
            if any(word.arg == "stream" for word in inner.keywords):
                return True
    return False


def _is_over_stream(iterated: ast.expr, names: set[str]) -> bool:
    for node in ast.walk(iterated):
        if isinstance(node, ast.Attribute) and "stream" in node.attr:
            return True
        if isinstance(node, ast.Name) and (node.id in names or "stream" in node.id.lower()):
            return True
    return _opens_stream(iterated)


def _functions_that(tree: ast.Module, does: Callable[[ast.AST], bool]) -> set[str]:
    """The names of the functions in which something is done."""
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, _Function) and any(does(inner) for inner in ast.walk(node))
    }


def called(node: ast.AST) -> str | None:
    """The name of the function that a call calls, the last part of a dotted one; None for anything else."""
    if not isinstance(node, ast.Call):
        return None
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else None


def _is_print(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and called(node) in ("print", "write")


def _is_flush(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    return called(node) == "flush" or any(
        word.arg == "flush" and not (isinstance(word.value, ast.Constant) and not word.value.value)
        for word in node.keywords
    )
