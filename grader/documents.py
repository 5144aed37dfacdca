"""YAML files read into typed models; a mistake in one is told with file, line, field and what was expected."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError


class DocumentError(ValueError):
    """A file of the course cannot be used; the text is one line for its author."""


class Document(BaseModel):
    """The base of every model that is read from a file: frozen, and no field that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


M = TypeVar("M", bound=BaseModel)

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_document(path: Path, model: type[M]) -> M:
    """Read a YAML (or JSON) file into a model; raise DocumentError with `file:line: field: …`."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DocumentError(f"{path}: there is no such file.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(f"{path}: cannot be read as UTF-8 text ({error}).") from None
    try:
        value = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        raise DocumentError(f"{path}:{line}: not YAML: {getattr(error, 'problem', error)}.") from None
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        line = _line_of(text, first["loc"])
        field = ".".join(str(part) for part in first["loc"]) or "the file"
        raise DocumentError(f"{path}:{line}: {field}: {first['msg']}.") from None


def _line_of(text: str, loc: tuple[int | str, ...]) -> int:
    """The line (from 1) on which the field named by a pydantic location stands, or its nearest parent."""
    node = yaml.compose(text, Loader=_Loader)
    for part in loc:
        if isinstance(node, yaml.MappingNode):
            inner = next((value for key, value in node.value if key.value == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            inner = node.value[part]
        else:
            inner = None
        if inner is None:
            break
        node = inner
    return node.start_mark.line + 1 if node is not None else 1
