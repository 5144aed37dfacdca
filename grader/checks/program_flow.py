"""The files of a program that belong together, read as one flow of pieces."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import lru_cache

from grader.checks.piece_flow import Flow
from grader.checks.piece_values import FlowError
from grader.checks.source import read_source

_MOST_NODES = 12_000


def flow_of(files: Mapping[str, str], first: str) -> Flow | None:
    """Follow the pieces through a file and those of the program's files that it imports; None where that cannot be."""
    texts: dict[str, str] = {}
    waiting = [first]
    while waiting:
        name = waiting.pop()
        if name in files and name not in texts:
            texts[name] = files[name]
            waiting += [f"{module}.py" for module in _imported(files[name])]
    return _flow_of(tuple(texts.values()))


@lru_cache(maxsize=8)
def _flow_of(texts: tuple[str, ...]) -> Flow | None:
    trees = [tree for text in texts if (tree := read_source(text).tree) is not None]
    if not trees or sum(len(read_source(text).nodes) for text in texts) > _MOST_NODES:
        return None
    try:
        return Flow(trees)
    except (RecursionError, FlowError):
        return None


def _imported(text: str) -> Iterator[str]:
    for node in read_source(text).nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
