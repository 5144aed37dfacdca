"""How the pieces of a stream come to be printed in a program's source: each for itself, or gathered first.

Statements are read here, round after round until no value is news; what their expressions are made of is known to
`piece_values`. The trace has the first word: this is asked only where the screen is the same in both cases.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from grader.checks.flowing import STREAM, Returned, elements
from grader.checks.piece_values import Expressions

_MOST_ROUNDS = 12  # a value takes a few to come from one function into the next
_Loop = ast.For | ast.AsyncFor


class Flow(Expressions):
    """One reading of the modules of a program."""

    def __init__(self, trees: Sequence[ast.Module]) -> None:
        super().__init__(trees)
        for _ in range(_MOST_ROUNDS):
            if not self._values.settled:
                self._round()

    def _round(self) -> None:
        self._values.settled = True
        self._known.clear()
        self._printed.clear()
        for number in sorted(self._live):
            self._scope = self._scopes[number]
            self._run()

    @property
    def prints_pieces(self) -> bool:
        """Whether a print that is not flushed gets pieces, and nothing else."""
        return not self._elsewhere and any(kinds == {"piece"} for kinds in self._printed.values())

    @property
    def prints_whole(self) -> bool:
        """Whether a print gets what was gathered, and none gets pieces."""
        kinds = set().union(*self._printed.values())
        return not self._elsewhere and kinds == {"whole"}

    def _run(self) -> None:
        node = self._scope.node
        if isinstance(node, ast.Lambda):
            self._values.add(Returned(self._scope.number), self._of(node.body))
        else:
            self._statements(node.body)

    def _statements(self, body: Iterable[ast.AST]) -> None:
        for node in body:
            self._statement(node)

    def _statement(self, node: ast.AST) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            self._defaults(node)
        elif isinstance(node, _Loop):
            iterated = self._of(node.iter)
            self._assign(node.target, elements(iterated))
            over = STREAM in iterated
            self._over_stream += over
            self._statements(node.body)
            self._over_stream -= over
            self._statements(node.orelse)
        elif isinstance(node, ast.While) and self._at_once and _takes(node):
            self._over_stream += 1
            self._statements(ast.iter_child_nodes(node))
            self._over_stream -= 1
        elif isinstance(node, ast.withitem):
            opened = self._of(node.context_expr)
            if node.optional_vars is not None:
                self._assign(node.optional_vars, opened)
        elif isinstance(node, ast.Assign):
            value = self._of(node.value)
            for target in node.targets:
                self._assign(target, value)
        elif isinstance(node, ast.AugAssign):
            self._keep(node.target, self._of(node.value))
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                self._assign(node.target, self._of(node.value))
        elif isinstance(node, ast.Return):
            if node.value is not None:
                self._values.add(Returned(self._scope.number), self._of(node.value))
        elif isinstance(node, ast.expr):
            self._of(node)
        else:
            self._statements(ast.iter_child_nodes(node))


def _takes(loop: ast.While) -> bool:
    """Whether a loop goes through what another thread or task reads: it takes from a queue."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (node.func.attr in ("get_nowait", "popleft") or (node.func.attr == "get" and not node.args))
        for node in ast.walk(loop)
    )
