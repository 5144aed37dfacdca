"""What Python's own calls and the SDK's do with pieces, by their names: keep, take, gather, measure."""

from __future__ import annotations

import ast

from grader.checks.scopes import name_of

KEEPING = frozenset({"append", "appendleft", "extend", "put", "put_nowait", "write", "writelines", "add", "insert"})
TAKING = frozenset({"get", "get_nowait", "popleft", "pop"})
GATHERING = frozenset({"join", "list", "tuple", "sorted", "deque", "reversed", "reduce", "sum", "set"})
MEASURING = frozenset({"len", "isinstance", "int", "float", "type", "bool", "hasattr", "id", "count", "find", "index"})
NO_TEXT = frozenset({"usage", "stop_reason", "type", "model", "id", "role", "status_code", "headers", "request_id"})
AFTER = frozenset({"content", "text", "current_message_snapshot", "json"})
ONE = frozenset({"next", "anext", "readline", "recv", "read1", "__next__", "__anext__"})
AT_ONCE = frozenset(
    {"Thread", "Process", "create_task", "ensure_future", "gather", "submit", "run_in_executor", "to_thread"}
    | {"start_soon", "Timer", "start_new_thread", "run_coroutine_threadsafe"}
)
WAITING = frozenset({"join", "result", "shutdown"})


def opens_stdout(node: ast.Call) -> bool:
    """Whether a call opens standard output by its number."""
    if name_of(node.func) not in ("open", "fdopen") or not node.args:
        return False
    return isinstance(node.args[0], ast.Constant) and node.args[0].value == 1


def asks_for_stream(node: ast.Call) -> bool:
    """Whether a call asks for a stream: `messages.stream`, or `stream=` anything but False."""
    words = {word.arg: word.value for word in node.keywords}
    if "stream" in words:
        return not (isinstance(words["stream"], ast.Constant) and words["stream"].value is False)
    return isinstance(node.func, ast.Attribute) and node.func.attr == "stream"


def runs_beside(node: ast.AST) -> bool:
    """Whether a node begins, or is made to be, something that runs at the same time: a thread, a process, a task."""
    if isinstance(node, ast.ClassDef):
        return any(name_of(base) in AT_ONCE for base in node.bases)
    return isinstance(node, ast.Call) and name_of(node.func) in AT_ONCE
