"""What the text of a student's file says, with line numbers. Reads the syntax tree; never executes anything.

A fact of the source is evidence beside the trace, never a verdict of its own.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from grader.checks.stream_loops import StreamLoop, hands_stream_on, stream_loops

_SENDING = frozenset({"create", "stream", "count_tokens", "parse", "post", "urlopen", "request"})
_API_ADDRESS = "api.anthropic.com"
_ADDRESS_VARIABLE = "ANTHROPIC_BASE_URL"
_SMALLEST_DIVISOR = 1000  # `len(text) // 4` is no division of money
HIDDEN_KEY = "[key removed]"  # what the scrubbing of a trace leaves of a key
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Named:
    """Something that the source names: a function, a model, and where."""

    name: str
    line: int


class Source:
    """One file of a student's. Every property is empty where the text does not parse."""

    def __init__(self, text: str) -> None:
        self.text = text

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without the spaces around it; '' beyond the end."""
        lines = self.text.splitlines()
        return lines[number - 1].strip() if 1 <= number <= len(lines) else ""

    @cached_property
    def tree(self) -> ast.Module | None:
        """The syntax tree, None where the text does not parse."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(self.text.encode("utf-8", "surrogateescape"))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All nodes of the tree, outer before inner; without those that say whether a name is read or written."""
        return () if self.tree is None else _nodes(self.tree)

    @property
    def is_empty(self) -> bool:
        """Whether there is no statement at all, a docstring aside."""
        return self.tree is not None and not _without_docstring(self.tree.body)

    @property
    def unfilled(self) -> str:
        """What there is in a file without a statement: 'nothing' or 'comments'; '' for every other file."""
        return ("comments" if self.text.strip("\ufeff \t\r\n") else "nothing") if self.is_empty else ""

    @cached_property
    def functions(self) -> tuple[_Function, ...]:
        """Every function, in order of lines."""
        found = [node for node in self.nodes if isinstance(node, _Function)]
        return tuple(sorted(found, key=lambda node: node.lineno))

    @cached_property
    def stubs(self) -> tuple[Named, ...]:
        """The functions whose body is still `...`, `pass` or a raised NotImplementedError."""
        return tuple(Named(node.name, node.lineno) for node in self.functions if _is_stub(node))

    @cached_property
    def first_open(self) -> Named | None:
        """The first raised NotImplementedError: the name is what it says."""
        raised = [node for node in self.nodes if isinstance(node, ast.Raise) and _is_placeholder(node)]
        first = min(raised, key=lambda node: node.lineno, default=None)
        return None if first is None else Named(_said_by(first), first.lineno)

    def stub(self, name: str) -> Named | None:
        """The unfilled function of a name."""
        return next((stub for stub in self.stubs if stub.name == name), None)

    @cached_property
    def main_never_called(self) -> int | None:
        """The line of a `main` that nothing calls when the file is run."""
        body = () if self.tree is None else self.tree.body
        mains = [node for node in body if isinstance(node, _Function) and node.name == "main"]
        if not mains or mains[-1].decorator_list or any(_reaches_main(statement) for statement in body):
            return None
        return mains[-1].lineno

    @cached_property
    def input_call(self) -> int | None:
        """The line of the first `input()`."""
        return _first(n.lineno for n in self._calls if isinstance(n.func, ast.Name) and n.func.id == "input")

    @cached_property
    def own_address(self) -> int | None:
        """The line on which the API's address is given instead of left to the environment."""
        return _first(self._addresses()) if self._names(_API_ADDRESS, _ADDRESS_VARIABLE, "base_url") else None

    @cached_property
    def key_line(self) -> int | None:
        """The line on which a key stands in the text."""
        if not self._names(HIDDEN_KEY, "api_key", "auth_token"):
            return None
        lines = (number for number, line in enumerate(self.text.splitlines(), 1) if HIDDEN_KEY in line)
        given = (
            word.value.lineno
            for call in self._calls
            for word in call.keywords
            if word.arg in ("api_key", "auth_token") and isinstance(word.value, ast.Constant) and word.value.value
        )
        return _first([*lines, *given])

    @cached_property
    def floor_division(self) -> int | None:
        """The line of a `//` that may divide money."""
        return _first(
            node.lineno
            for node in self.nodes
            if (isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv) and not _is_small(node.right))
            or (isinstance(node, ast.AugAssign) and isinstance(node.op, ast.FloorDiv) and not _is_small(node.value))
        )

    @cached_property
    def swallowed_call(self) -> int | None:
        """The line of an `except` that goes on after a failed call of the API."""
        return _first(
            handler.lineno
            for node in self.nodes
            if isinstance(node, ast.Try) and any(_sends(inner) for part in node.body for inner in ast.walk(part))
            for handler in node.handlers
            if not any(isinstance(inner, ast.Raise) for part in handler.body for inner in ast.walk(part))
        )

    @cached_property
    def hands_stream_on(self) -> bool:
        """Whether a stream is given to something else that may read it."""
        return self.tree is not None and hands_stream_on(self.tree)

    @cached_property
    def stream_loops(self) -> tuple[StreamLoop, ...]:
        """The loops over the pieces of a stream, and what each does with them."""
        return () if self.tree is None else stream_loops(self.tree)

    def _names(self, *words: str) -> bool:
        """Whether one of some words is anywhere in the text: most sources need not be parsed."""
        return any(word in self.text for word in words)

    def line_of_text(self, text: str) -> int | None:
        """The first line with a string that is exactly this text."""
        return _first(n.lineno for n in self.nodes if isinstance(n, ast.Constant) and n.value == text)

    @cached_property
    def _calls(self) -> tuple[ast.Call, ...]:
        return tuple(node for node in self.nodes if isinstance(node, ast.Call))

    @cached_property
    def _harmless(self) -> frozenset[int]:
        """The texts that give no address, by identity."""
        return frozenset((*self._documentation(), *self._fallbacks()))

    def _addresses(self) -> Iterator[int]:
        for node in self.nodes:
            if isinstance(node, ast.keyword) and node.arg == "base_url":
                if not _asks_environment(node.value):
                    yield node.value.lineno
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                if _API_ADDRESS in node.value and id(node) not in self._harmless:
                    yield node.lineno
            elif isinstance(node, ast.Assign) and any(_is_address_variable(target) for target in node.targets):
                yield node.lineno

    def _documentation(self) -> Iterator[int]:
        """The docstrings, by identity."""
        for node in self.nodes:
            body = node.body if isinstance(node, ast.Module | ast.ClassDef | _Function) else []
            if body and isinstance(body[0], ast.Expr):
                yield id(body[0].value)

    def _fallbacks(self) -> Iterator[int]:
        """What is used only where the environment gives no address, by identity."""
        for node in self.nodes:
            if isinstance(node, ast.Call | ast.BoolOp | ast.IfExp) and _asks_environment(node):
                yield from (id(inner) for inner in ast.walk(node) if isinstance(inner, ast.Constant))


@lru_cache(maxsize=16)
def read_source(text: str) -> Source:
    """Read a file; every scenario and every check looks at the same one."""
    return Source(text)


def _nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    """Give the nodes in the order of `ast.walk`, in a third of its time."""
    found: list[ast.AST] = [tree]
    for node in found:  # which grows while it is read
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                found += [each for each in value if isinstance(each, ast.AST)]
            elif isinstance(value, ast.AST) and name != "ctx":
                found.append(value)
    return tuple(found)


def _first(lines: Iterator[int] | list[int]) -> int | None:
    return min(lines, default=None)


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0] if body else None
    said = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    return body[1:] if said else body


def _is_stub(function: _Function) -> bool:
    return all(_is_placeholder(statement) for statement in _without_docstring(function.body))


def _is_placeholder(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Raise):
        raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
        return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
    ellipsis = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return ellipsis or isinstance(statement, ast.Pass)


def _said_by(statement: ast.Raise) -> str:
    """The text of a raised error, '' where it has none."""
    said = statement.exc.args[:1] if isinstance(statement.exc, ast.Call) else []
    return "".join(each.value for each in said if isinstance(each, ast.Constant) and isinstance(each.value, str))


def _reaches_main(statement: ast.stmt) -> bool:
    """Tell whether a statement of the module may run `main`: calls it, or hands it on, where it is reached."""
    if isinstance(statement, _Function) and statement.name == "main":
        return False  # a call in its own body is not reached from outside
    if isinstance(statement, _Function | ast.ClassDef):
        return any(_uses_main(inner) for inner in statement.body)
    if isinstance(statement, ast.If) and _is_guard(statement.test):
        parts = list(ast.walk(statement.test))
        right = any(isinstance(part, ast.Constant) and part.value == "__main__" for part in parts)
        return right and any(map(_is_name, parts)) and any(_uses_main(inner) for inner in statement.body)
    return _uses_main(statement)


def _is_guard(test: ast.expr) -> bool:
    """Tell a test of the module's name, also one that puts the name in quotation marks."""
    return any(
        _is_name(node) or (isinstance(node, ast.Constant) and node.value == "__name__") for node in ast.walk(test)
    )


def _is_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "__name__"


def _uses_main(statement: ast.stmt) -> bool:
    """Tell whether `main` stands anywhere but alone: `main` on a line of its own does nothing."""
    alone = {
        id(node.value)
        for node in ast.walk(statement)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Name)
    }
    return any(
        isinstance(node, ast.Name) and node.id == "main" and id(node) not in alone for node in ast.walk(statement)
    )


def _sends(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _SENDING


def _is_small(node: ast.expr) -> bool:
    value = node.value if isinstance(node, ast.Constant) else None
    return isinstance(value, int | float) and value < _SMALLEST_DIVISOR


def _is_address_variable(target: ast.expr) -> bool:
    return isinstance(target, ast.Subscript) and _is_variable_name(target.slice)


def _asks_environment(node: ast.expr) -> bool:
    return any(_is_variable_name(inner) for inner in ast.walk(node))


def _is_variable_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value == _ADDRESS_VARIABLE
