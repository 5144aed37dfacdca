"""The place in a student's file that is typical of a mistake: the formula, the reading of a count, a loop.

A table of mistakes, and one reading of the file for each kind of place. Reads the syntax tree; never runs it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from grader.checks.source import Source
from grader.render.asked import Asked
from grader.render.origins import Origins, Step, asks, computes
from grader.render.printouts import bare, printout
from grader.report import CheckReport

_MOST = 4  # lines of one check

_IN_LOOP = frozenset(
    {
        "not-flushed",
        "joined-then-printed",
        "by-paragraph",
        "newline-per-piece",
        "pieces-doubled",
        "snapshots",
        "events-printed",
        "answer-on-stderr",
    }
)
_AT_READING = frozenset(
    {"usage-from-start", "usage-summed", "usage-is-pieces", "usage-from-create", "usage-by-second-call"}
)
_AT_PRINTING = frozenset({"label-missing", "list-of-guesses", "rounded-away", "cents-as-dollars"})
_AT_RETURN = frozenset(
    {"per-thousand", "not-divided", "cents-as-dollars", "floor-division", "rounded-away", "text-not-number", "typed-in"}
)
_AT_DEF = frozenset({"wrong-signature", "returns-nothing", "not-filled-in", "function-missing"})
_OUTPUT = "output tokens"
_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Places:
    """The places of one file."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._origins = Origins(source)
        self._asked = Asked(source)

    def of(self, check: CheckReport) -> tuple[int, ...]:
        """The lines at which to look for a failed check, the likeliest first; none where the file shows none."""
        lines = self._told(check) or self._of_mistake(check)
        if not lines and not check.misconceptions:
            lines = self._unexplained(check)
        return tuple(dict.fromkeys(lines))[:_MOST]

    def _told(self, check: CheckReport) -> list[int]:
        """The line that the check itself names: of the program's error, or of what explains it."""
        line, error_line = _number(check, "line"), _number(check, "error_line")
        if line is not None:
            return [line]
        written = check.facts.get("error_source", "").strip()
        if error_line is None or (written and self._source.line(error_line) not in (written, "")):
            return []  # the error is in another file
        return [error_line]

    # ------------------------------------------------------------ by the mistake

    def _of_mistake(self, check: CheckReport) -> list[int]:
        for name in check.misconceptions:
            if lines := [*self._typical(name), *self._asked.of(name)]:
                return lines
        function = self._origins.function(check.facts.get("function", ""))
        if function is not None:
            return self._in_function(check, function)
        return [] if check.facts.get("function") else self._of_value(check)

    def _typical(self, name: str) -> Iterator[int]:
        source = self._source
        if name in _IN_LOOP:
            yield from self._loops()
        place = {
            "floor-division": source.floor_division,
            "own-api-address": source.own_address,
            "asks-for-input": source.input_call,
            "main-never-called": source.main_never_called,
            "error-swallowed": source.swallowed_call,
            "not-filled-in": next((stub.line for stub in source.stubs), None),
            "stopped-early": self._leaving(),
            "answer-twice": self._printed_again(),
            "stream-never-read": min(self._asked.calls("stream"), default=None),
            "stream-not-opened": min(self._asked.calls("stream"), default=None),
            "never-ends": self._endless(),
        }.get(name)
        if place is not None:
            yield place

    def _loops(self) -> Iterator[int]:
        loops = self._source.stream_loops
        yield from (loop.print_line or loop.line for loop in loops)
        if not loops:
            yield from self._asked.calls("get_final_message", "get_final_text")[:1]
            yield from (line for line in map(_gathers, self._source.nodes) if line is not None)

    def _leaving(self) -> int | None:
        """The line that leaves the loop over the pieces before its end."""
        loops = {loop.line for loop in self._source.stream_loops}
        inner = (
            each.lineno
            for node in self._source.nodes
            if isinstance(node, ast.For | ast.AsyncFor) and node.lineno in loops
            for each in ast.walk(node)
            if isinstance(each, ast.Break | ast.Return)
        )
        return min(inner, default=min(loops, default=None))

    def _printed_again(self) -> int | None:
        """The line after the loop over the pieces that prints the text once more."""
        last = max((loop.line for loop in self._source.stream_loops), default=0)
        found = (
            node.lineno
            for node in self._source.nodes
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name | ast.Attribute)
            and node.lineno > last
            and any(isinstance(part, ast.Attribute) and part.attr in _WHOLE for part in _walk(node.args))
        )
        return min(found, default=None)

    def _endless(self) -> int | None:
        """The line of a loop that no test ends."""
        loops = (
            node.lineno
            for node in self._source.nodes
            if isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and node.test.value
        )
        return min(loops, default=None)

    # ------------------------------------------------------------ in a function

    def _in_function(self, check: CheckReport, function: _Function) -> list[int]:
        ids = set(check.misconceptions)
        if ids & _AT_DEF:
            return [function.lineno]
        if lines := self._constants(check, function):
            return lines
        returns = [node.lineno for node in ast.walk(function) if isinstance(node, ast.Return) and node.value]
        products = sorted(
            {n.lineno for n in ast.walk(function) if isinstance(n, ast.BinOp) and isinstance(n.op, ast.Mult)}
        )
        if ids & _AT_RETURN or not products:
            return returns[-1:] or [function.lineno]
        return products

    def _constants(self, check: CheckReport, used_in: ast.AST) -> list[int]:
        """The lines that give a formula another model's price, or a thousand for the million."""
        ids = set(check.misconceptions)
        right = {_amount(check.facts.get(name, "")) for name in ("input_price", "output_price")}
        names = {node.id for node in ast.walk(used_in) if isinstance(node, ast.Name)}
        given = (self._origins.given(name, getattr(used_in, "lineno", 0)) for name in sorted(names))
        found = []
        for each in given:
            first = None if each is None else _first_number(each.value)
            if each is None or first is None:
                continue
            if "other-models-price" in ids and first < _SMALLEST_DIVISOR and first not in right:
                found.append(each.line)
            if "per-thousand" in ids and _holds(each.value, 1000):
                found.append(each.line)
        return sorted(found)

    # ------------------------------------------------------------ of a value that is printed

    def _of_value(self, check: CheckReport) -> list[int]:
        label, ids = check.facts.get("label", ""), set(check.misconceptions)
        if not label:
            return []
        found = printout(self._source, label)
        if found is None:
            unlabelled = bare(self._source, label) if "label-missing" in ids else None
            return [] if unlabelled is None else [unlabelled.line]
        steps = [] if found.value is None else self._origins.steps(found.value, found.line)
        if not steps or not ids:
            return [found.line]
        if ids & _AT_READING:
            return [self._reading(label, steps, second="usage-by-second-call" in ids)]
        if lines := self._constants(check, steps[-1].value):
            return lines
        if "other-models-price" in ids:  # the function is right: it is the request that names another model
            return [*self._asked.models, found.line]
        if ids & _AT_PRINTING:
            changed = (step.line for step in steps[1:] if _rounds(step.value) or _holds(step.value, 100))
            return [next(changed, found.line)]
        made = [step.line for step in steps if computes(step.value) or isinstance(step.value, ast.Call)]
        return made[-1:] or [steps[-1].line]

    def _reading(self, label: str, steps: list[Step], *, second: bool) -> int:
        """The line that reads a count, for a cost the count of the output that goes into it."""
        if label != _OUTPUT:
            parts = (part for part in ast.walk(steps[-1].value) if isinstance(part, ast.Attribute | ast.Name))
            used = next((part for part in parts if _is_output(part)), None)
            if used is not None:
                steps = [*steps, *self._origins.steps(used, steps[-1].line)]
        root = next((part.id for part in ast.walk(steps[-1].value) if isinstance(part, ast.Name)), "")
        asked = self._origins.given(root, steps[-1].line) if second else None
        return asked.line if asked is not None and asks(asked.value) else steps[-1].line

    def _unexplained(self, check: CheckReport) -> list[int]:
        """Where to begin with a stream that fits no known mistake: the loop over its pieces, else its request."""
        if "pieces" in check.facts:
            return list(self._loops())
        return self._asked.calls("stream")[:1] if check.name == "create_then_stream" else []


_SMALLEST_DIVISOR = 1000  # what is smaller beside a formula is a price
_WHOLE = ("content", "get_final_text", "get_final_message")


def _number(check: CheckReport, fact: str) -> int | None:
    text = check.facts.get(fact, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _amount(text: str) -> float | None:
    try:
        return float(text.replace("$", "").replace(",", ""))
    except ValueError:
        return None


def _first_number(value: ast.expr) -> float | None:
    """The number that a constant is, or that is divided in it."""
    while isinstance(value, ast.BinOp):
        value = value.left
    number = value.value if isinstance(value, ast.Constant) else None
    return float(number) if isinstance(number, int | float) and not isinstance(number, bool) else None


def _walk(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    for node in nodes:
        yield from ast.walk(node)


def _is_output(node: ast.Attribute | ast.Name) -> bool:
    """Whether something is named as a count of output tokens (a constant in capitals is a price)."""
    name = node.attr if isinstance(node, ast.Attribute) else node.id
    return "out" in name.lower() and not name.isupper()


def _gathers(node: ast.AST) -> int | None:
    """The line of a comprehension over the pieces of a stream."""
    if not isinstance(node, ast.comprehension):
        return None
    over = any(isinstance(part, ast.Attribute) and "stream" in part.attr for part in ast.walk(node.iter))
    return node.iter.lineno if over else None


def _rounds(value: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("round", "int", "format")
        for node in ast.walk(value)
    )


def _holds(value: ast.AST, number: int) -> bool:
    return any(isinstance(node, ast.Constant) and node.value == number for node in ast.walk(value))
