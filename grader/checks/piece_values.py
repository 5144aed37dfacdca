"""What an expression of a program can be made of: pieces of a stream, what was gathered of them, neither.

Values are followed through variables, attributes, functions, callbacks, generators and queues, in no order of time;
nothing is executed. What cannot be followed says nothing. Statements are not read here (see `piece_flow`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from grader.checks.flowing import (
    ANYWHERE,
    NOTHING,
    PIECE,
    PRINT,
    STDOUT,
    STREAM,
    TEXT,
    WHOLE,
    Cell,
    Keeper,
    Label,
    Labels,
    Program,
    Returned,
    Values,
    Yielded,
    elements,
    gathered,
)
from grader.checks.library_calls import (
    AFTER,
    GATHERING,
    KEEPING,
    MEASURING,
    NO_TEXT,
    ONE,
    TAKING,
    WAITING,
    asks_for_stream,
    opens_stdout,
    runs_beside,
)
from grader.checks.scopes import Key, Scope, emptied, emptied_in_loops, name_of, own_nodes, scopes_of

_MOST_ARGUMENTS = 8
_BLOCK = "content_block"  # of an event at a block's beginning and end
_MOST_CALLS = 100_000  # a program of a student's makes a few hundred
_Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


class FlowError(Exception):
    """A program has so many functions that call one another that it is not followed to the end."""


class Expressions:
    """The values of the modules of a program, as far as they are known, and what its expressions make of them."""

    def __init__(self, trees: Sequence[ast.Module]) -> None:
        self._scopes: list[Scope] = []
        for tree in trees:
            self._scopes += scopes_of(tree, len(self._scopes))
        self._scope_of = {id(scope.node): scope for scope in self._scopes}
        self._functions: dict[str, list[Scope]] = {}
        self._classes: dict[str, list[Scope]] = {}
        for tree in trees:
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    self._functions.setdefault(node.name, []).append(self._scope_of[id(node)])
                elif isinstance(node, ast.ClassDef):
                    own = [self._scope_of[id(each)] for each in node.body if id(each) in self._scope_of]
                    self._classes.setdefault(node.name, []).extend(own)
        self._emptied = {scope.number: emptied(scope) for scope in self._scopes}
        self._at_once = any(runs_beside(node) for tree in trees for node in ast.walk(tree))
        # Where several things run at once, one may fill what another empties.
        self._emptied_beside = frozenset().union(*map(emptied_in_loops, trees)) if self._at_once else frozenset()
        self._values = Values()
        self._live = {scope.number for scope in self._scopes if scope.parent is None}
        self._printed: dict[int, set[str]] = {}  # by the call that prints
        self._over_stream = 0
        self._calls = 0
        self._elsewhere = False  # standard output itself was exchanged for something else
        self._scope = self._scopes[0]
        self._known: dict[int, Labels] = {}  # of expressions, in one round

    def _defaults(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        inside = self._scope_of[id(node)]
        positional = [*node.args.posonlyargs, *node.args.args]
        given = zip(reversed(positional), reversed(node.args.defaults), strict=False)
        for argument, default in (*given, *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)):
            if default is not None:
                self._values.add(inside.key(argument.arg, node), self._of(default))

    def _assign(self, target: ast.AST, value: Labels) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            for each in target.elts:
                self._assign(each, value)
        elif isinstance(target, ast.Starred):
            self._assign(target.value, value)
        elif isinstance(target, ast.Subscript):
            self._keep(target.value, value)
            self._values.add(self._key(target.value), value & {STREAM})
        else:
            self._elsewhere |= name_of(target) == "stdout" and STDOUT not in value
            self._values.add(self._key(target), value)

    # ------------------------------------------------------------ variables

    def _key(self, node: ast.AST) -> Key:
        if isinstance(node, ast.Name):
            return self._scope.key(node.id, node)
        return Key(ANYWHERE, name_of(node))

    def _cells(self, node: ast.AST) -> frozenset[Cell]:
        """What a variable may hold pieces in: itself, and what was assigned to it."""
        own = {Cell(self._key(node))} if name_of(node) else set()
        return frozenset(own | {each for each in self._of(node) if isinstance(each, Cell)})

    def _keep(self, holder: ast.AST, value: Labels) -> None:
        passed_on = name_of(holder) in self._emptied_here
        self._values.keep(self._cells(holder), value, self._scope.number, passed_on=passed_on)

    @property
    def _emptied_here(self) -> frozenset[str]:
        return self._emptied[self._scope.number] | self._emptied_beside

    # ------------------------------------------------------------ expressions

    def _of(self, node: ast.AST) -> Labels:
        """What an expression can be made of."""
        if id(node) not in self._known:
            self._known[id(node)] = self._made_of(node)
        return self._known[id(node)]

    def _made_of(self, node: ast.AST) -> Labels:
        match node:
            case ast.Compare() | ast.BinOp(op=ast.Sub() | ast.Mult() | ast.Div() | ast.FloorDiv()):
                self._of_parts(node)
                return NOTHING
            case ast.Subscript(slice=ast.Constant(value=field)) if field in NO_TEXT:
                return NOTHING
            case ast.Name():
                return self._of_name(node)
            case ast.Attribute():
                return self._of_attribute(node)
            case ast.Call():
                return self._of_call(node)
            case ast.Lambda():
                self._defaults(node)
                return frozenset({Program(self._scope_of[id(node)].number)})
            case ast.NamedExpr():
                value = self._of(node.value)
                self._assign(node.target, value)
                return value
            case ast.Yield() | ast.YieldFrom():
                self._values.add(Yielded(self._scope.number), elements(self._of_parts(node)))
                return NOTHING
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return self._of_comprehension(node)
            case ast.Dict() if any(isinstance(key, ast.Constant) and key.value == "stream" for key in node.keys):
                return self._of_parts(node) | {STREAM}
            case _:
                return self._of_parts(node)

    def _of_parts(self, node: ast.AST) -> Labels:
        return frozenset().union(*map(self._of, ast.iter_child_nodes(node)))

    def _of_name(self, node: ast.Name) -> Labels:
        if isinstance(node.ctx, ast.Store):
            return NOTHING
        keys = self._scope.keys(node.id, node)
        found: set[Label] = {Cell(keys[0])}
        for key in keys:
            if key in self._values:
                found |= self._values.of(key)
                break
        if len(found) == 1:
            found |= {Program(scope.number) for scope in self._functions.get(node.id, ()) if not scope.method}
            found |= {PRINT} if node.id == "print" else set()
        return frozenset(found)

    def _of_attribute(self, node: ast.Attribute) -> Labels:
        base = self._of(node.value)
        seen = self._values.seen(base)
        if node.attr in ("stdout", "__stdout__"):
            return frozenset({STDOUT})
        if node.attr in ("stderr", "__stderr__") or node.attr in NO_TEXT:
            return NOTHING
        if STREAM in base:
            return frozenset({WHOLE}) if node.attr in AFTER else base
        if seen & TEXT and node.attr == _BLOCK:  # of the event at a block's end: all of its text
            return frozenset({WHOLE})
        if seen & TEXT and not _is_self(node.value) and node.attr not in KEEPING:
            return base
        if STDOUT in base:
            return frozenset({PRINT}) if node.attr in ("write", "writelines") else base
        if node.attr in KEEPING:
            return frozenset({Keeper(self._cells(node.value))})
        stored = self._values.of(self._key(node)) | {Cell(self._key(node))}
        return stored | {Program(scope.number) for scope in self._functions.get(node.attr, ())}

    def _of_comprehension(self, node: _Comprehension) -> Labels:
        over_stream = False
        for generator in node.generators:
            iterated = self._of(generator.iter)
            over_stream |= STREAM in iterated
            self._assign(generator.target, elements(iterated))
            for condition in generator.ifs:
                self._of(condition)
        made = self._of(node.value) | self._of(node.key) if isinstance(node, ast.DictComp) else self._of(node.elt)
        if not over_stream or PIECE not in made:
            return made
        return (made - {PIECE}) | {STREAM if isinstance(node, ast.GeneratorExp) else WHOLE}

    # ------------------------------------------------------------ calls

    def _of_call(self, node: ast.Call) -> Labels:
        name = name_of(node.func)
        callee = self._of(node.func)
        base = self._of(node.func.value) if isinstance(node.func, ast.Attribute) else NOTHING
        given = [self._given(argument) for argument in node.args]
        named = {word.arg or "": self._of(word.value) for word in node.keywords}
        every = frozenset().union(*given, *named.values())
        if PRINT in callee:
            self._print(node, name, every, named.get("file"))
            return NOTHING
        for keeper in callee:
            if isinstance(keeper, Keeper):
                kept = elements(every) if name == "put" else gathered(every)
                holder = name_of(node.func.value) if isinstance(node.func, ast.Attribute) else ""
                self._values.keep(keeper.cells, kept, self._scope.number, passed_on=holder in self._emptied_here)
        programs = self._programs(callee)
        if isinstance(node.func, ast.Name):
            programs += [scope for scope in self._classes.get(name, ()) if _name(scope) == "__init__"]
            for scope in filter(_is_run_by_itself, self._classes.get(name, ())):
                self._make_live(scope)
        if programs:
            return self._of_programs(programs, given, named) | (every if name in self._classes else NOTHING)
        if asks_for_stream(node):
            return frozenset({STREAM})
        self._elsewhere |= name == "redirect_stdout"
        if name in MEASURING:
            return NOTHING
        return self._of_library(node, name, base, every)

    def _given(self, argument: ast.expr) -> Labels:
        """An argument; what is unpacked is gathered first."""
        labels = self._of(argument)
        return gathered(labels) if isinstance(argument, ast.Starred) else labels

    def _of_library(self, node: ast.Call, name: str, base: Labels, every: Labels) -> Labels:
        """What a call of a function that is not the program's can give."""
        if name.startswith("get_final_") or (name == "read" and STREAM in base and not node.args):
            return frozenset({WHOLE})
        if opens_stdout(node):
            return frozenset({STDOUT})
        if name in TAKING and STREAM not in base:
            return self._taken(node, base)
        if name in ONE:
            return elements(base | every) | ({PIECE} if name == "recv" else NOTHING)
        if name in GATHERING:
            return gathered(base | every)
        if name == "iter" and len(node.args) == 2 and isinstance(node.args[0], ast.Attribute | ast.Lambda):
            return self._called_until(node, node.args[0])
        self._hand_over(node, name, every)
        return base | every

    def _taken(self, node: ast.Call, base: Labels) -> Labels:
        """What is taken out of a list, a queue or a connection, or looked up."""
        if node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value in NO_TEXT:
            return NOTHING
        others = frozenset(label for label in base if not isinstance(label, Cell) and label is not WHOLE)
        if not self._values.seen(base) & TEXT:
            return others
        return others | {PIECE if self._comes_at_once(node, base) else WHOLE}

    def _called_until(self, node: ast.Call, taker: ast.Attribute | ast.Lambda) -> Labels:
        """What `iter(q.get, None)` brings."""
        brought = self._of(taker.body) if isinstance(taker, ast.Lambda) else self._taken(node, self._of(taker.value))
        return (brought - {PIECE}) | ({STREAM} if PIECE in self._values.seen(brought) else set())

    def _comes_at_once(self, node: ast.Call, base: Labels) -> bool:
        """Whether what is taken was put there by another part of the program that runs at the same time."""
        scopes = self._values.filled_in(base)
        if not self._at_once or not scopes or self._scope.number in scopes:
            return False
        return not any(
            isinstance(inner, ast.Call)
            and isinstance(inner.func, ast.Attribute)
            and inner.func.attr in WAITING
            and inner.lineno < node.lineno
            for inner, _ in own_nodes(self._scope.node)
        )

    def _hand_over(self, node: ast.Call, name: str, every: Labels) -> None:
        """A function that is handed on is called with what is handed on beside it."""
        values = elements(frozenset(label for label in every if not isinstance(label, Program)))
        self._of_programs(self._programs(every), [values] * _MOST_ARGUMENTS, {})
        if PRINT in every:
            self._print(node, name, values, None)

    def _programs(self, labels: Labels) -> list[Scope]:
        return [self._scopes[label.scope] for label in labels if isinstance(label, Program)]

    def _of_programs(self, programs: Iterable[Scope], given: Sequence[Labels], named: dict[str, Labels]) -> Labels:
        """Call functions of the program's with some arguments, and tell what they give back."""
        found: set[Label] = set()
        for scope in programs:
            self._calls += 1
            if self._calls > _MOST_CALLS:
                raise FlowError
            assert not isinstance(scope.node, ast.Module)
            arguments = scope.node.args
            names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)][scope.method :]
            for name, labels in (*zip(names, given, strict=False), *named.items()):
                self._values.add(scope.key(name, scope.node), labels)
            if arguments.vararg is not None:
                rest = frozenset().union(*given[len(names) :])
                self._values.add(scope.key(arguments.vararg.arg, scope.node), rest)
            self._make_live(scope)
            found |= self._values.of(Returned(scope.number))
            yielded = self._values.seen(self._values.of(Yielded(scope.number)))
            found |= ({STREAM} if PIECE in yielded else set()) | (yielded & {WHOLE})
        return frozenset(found)

    def _make_live(self, scope: Scope) -> None:
        if scope.number not in self._live:
            self._live.add(scope.number)
            self._values.settled = False

    def _print(self, node: ast.Call, name: str, printed: Labels, file: Labels | None) -> None:
        flushed = any(w.arg == "flush" and isinstance(w.value, ast.Constant) and w.value.value for w in node.keywords)
        elsewhere = file is not None and STDOUT not in file
        if elsewhere:
            target = next(word.value for word in node.keywords if word.arg == "file")
            self._keep(target, printed)
            return
        seen = self._values.seen(elements(printed) if name == "writelines" else printed)
        kinds = self._printed.setdefault(id(node), set())
        if PIECE in seen and not flushed:
            kinds.add("piece")
        if WHOLE in seen:
            kinds.add("whole" if not self._over_stream or _is_of_block(node) else "unknown")


def _is_of_block(node: ast.Call) -> bool:
    """Whether a call is given the text of a block, which is whole also in a loop: it comes once, at the block's end."""
    return any(isinstance(inner, ast.Attribute) and inner.attr == _BLOCK for inner in ast.walk(node))


def _name(scope: Scope) -> str:
    return getattr(scope.node, "name", "")


def _is_run_by_itself(scope: Scope) -> bool:
    """Whether a method of a class is called without being named: `run` of a thread, and those of the language."""
    return _name(scope) == "run" or _name(scope).startswith("__")


def _is_self(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")
