"""A notebook as the program that its code cells are, in order. Outputs are never looked at, and nothing is run.

Theory: what runs is a plain `exercise2.py`, so whatever only a notebook can do (magics, `await` at the top) is refused
by name instead of failing strangely. A comment before each cell says where its lines are from, and
`grader/checks/cells.py` finds the cell of a line again.
"""

from __future__ import annotations

import io
import json
import re
import tokenize
from collections.abc import Iterator, Mapping
from typing import Any

from grader.checks.cells import CELL, HEAD

ENDING = ".ipynb"
_EXERCISE = re.compile(r"exercise\d+\.ipynb\Z")
_MAGIC = re.compile(r"(?P<name>%{1,2}[A-Za-z_]\w*|!{1,2}|\?{1,2}(?=\w))|[\w.]+(?P<asks>\?{1,2})\s*\Z")
_ASSIGNED = re.compile(r"[\w, ]+=\s*(?P<name>%[A-Za-z_]\w*|!)")
_LARGEST_SOURCE_BYTES = 1 << 20
_MOST_DOUBTS = 50  # lines that look like magics but stand inside of strings; then Python itself may say what is wrong


class NotebookError(ValueError):
    """A notebook cannot be run as a program; the text says why, without the notebook's name."""


def with_notebooks(files: Mapping[str, bytes], rejected: Mapping[str, str]) -> tuple[dict[str, bytes], dict[str, str]]:
    """Add `exerciseN.py` for each `exerciseN.ipynb` that has none beside it; say why where that cannot be done."""
    made, refused = dict(files), dict(rejected)
    for name in [*files, *rejected]:
        program = name[: -len(ENDING)] + ".py"
        if not _EXERCISE.match(name) or program in files or program in rejected:
            continue
        if name in rejected:
            refused[program] = f"{name}: {rejected[name]}"
            continue
        try:
            made[program] = program_of(files[name], name)
        except NotebookError as error:
            refused[program] = f"{name}: {error}"
    return made, refused


def program_of(content: bytes, name: str) -> bytes:
    """Write the code cells one after the other; raise NotebookError."""
    lines = [HEAD.format(name=name)]
    for number, source in enumerate(_code_cells(content), 1):
        _refuse_magics(source, number)
        _refuse_top_level_await(source, number)
        lines += [CELL.format(name=name, number=number), *source.split("\n"), ""]
    try:
        program = "\n".join(lines).encode()
    except UnicodeEncodeError:
        raise NotebookError("a cell holds half a character (a lone surrogate), which no file can hold") from None
    if len(program) > _LARGEST_SOURCE_BYTES:
        raise NotebookError(f"its code is larger than {_LARGEST_SOURCE_BYTES >> 20} MB")
    return program


def _code_cells(content: bytes) -> Iterator[str]:
    try:
        notebook: Any = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise NotebookError("it is not a notebook: its content is no JSON") from None
    try:
        language = notebook.get("metadata", {}).get("kernelspec", {}).get("language", "python")
        sheets = notebook.get("worksheets")  # the format before 2015
        cells = notebook["cells"] if sheets is None else [cell for sheet in sheets for cell in sheet["cells"]]
        code = [cell.get("source", cell.get("input", "")) for cell in cells if cell["cell_type"] == "code"]
        sources = [source if isinstance(source, str) else "".join(source) for source in code]
    except (AttributeError, KeyError, TypeError):
        raise NotebookError("it is not a notebook: it has no list of cells") from None
    if not str(language).lower().startswith("python"):
        raise NotebookError(f"it is a notebook in {str(language)[:40]}, not in Python")
    if not any(source.strip() for source in sources):
        raise NotebookError("it has no code cell with anything in it")
    for source in sources:
        yield source.replace("\r\n", "\n").replace("\r", "\n")


def _refuse_magics(source: str, number: int) -> None:
    """Refuse a line that only IPython understands, where it stands as a statement and not inside of a string."""
    lines = source.split("\n")
    doubts = 0
    for at, line in enumerate(lines):
        bare = line.strip()
        found = _MAGIC.match(bare) or _ASSIGNED.match(bare)
        if found is None:
            continue
        if at == 0 or _is_complete(lines[:at]):
            groups = found.groupdict()
            magic = groups["name"] or groups.get("asks")
            raise NotebookError(
                f"code cell {number}, line {at + 1}: {magic} is a command of notebooks, not Python. Remove that line "
                "(packages are there already) and hand the notebook in again"
            )
        doubts += 1
        if doubts >= _MOST_DOUBTS:
            return


def _is_complete(lines: list[str]) -> bool:
    """Say whether a new statement can begin after some lines: no string, bracket or backslash is open."""
    if lines[-1].endswith("\\"):
        return False
    try:
        for _ in tokenize.generate_tokens(io.StringIO("\n".join(lines) + "\n").readline):
            pass
    except (tokenize.TokenError, SyntaxError):
        return False
    return True


def _refuse_top_level_await(source: str, number: int) -> None:
    """Refuse `await` and its kin outside of functions: notebooks allow it, programs do not."""
    if "await" not in source and "async" not in source:
        return
    blocks: list[bool] = []  # whether each open block is that of a function
    statement: list[str] = []
    last: list[str] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source + "\n").readline):
            if token.type == tokenize.INDENT:
                blocks.append(_defines(last))
            elif token.type == tokenize.DEDENT:
                blocks.pop()
            elif token.type == tokenize.NEWLINE:
                last, statement = statement, []
            elif token.type in (tokenize.NAME, tokenize.OP):
                statement.append(token.string)
                outside = not any(blocks) and not _defines(statement)
                if outside and (token.string == "await" or statement in (["async", "for"], ["async", "with"])):
                    word = "await" if token.string == "await" else " ".join(statement)
                    raise NotebookError(
                        f"code cell {number}, line {token.start[0]}: `{word}` outside of a function works in notebooks "
                        "alone. Put it into `async def main():` and call `asyncio.run(main())`"
                    )
    except (tokenize.TokenError, SyntaxError, IndexError):
        return  # Python itself says what is wrong, when it is run


def _defines(statement: list[str]) -> bool:
    return statement[:1] == ["def"] or statement[:2] == ["async", "def"]
