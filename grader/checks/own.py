"""Checks that an exercise brings along in its own `checks.py`. Loads the course's code, never a student's."""

from __future__ import annotations

import hashlib
import sys
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.checks.verdict import Check


class OwnCheckError(LookupError):
    """An exercise's own checks cannot be used; the text is one line for its author."""


def own_check(path: Path, name: str) -> Check:
    """Give the function of a name in a `checks.py`; raise OwnCheckError where there is none."""
    try:
        source = path.read_bytes()
    except OSError:
        raise OwnCheckError(
            f"{path.parent.name}/{path.name}: there is no such file, and it should hold {name}."
        ) from None
    found: Check | None = _module(path, source).get(name)
    if not callable(found):
        raise OwnCheckError(f"{path.parent.name}/{path.name}: there is no function {name} in it.")
    return found


@lru_cache(maxsize=32)
def _module(path: Path, source: bytes) -> dict[str, Any]:
    """Run a `checks.py` and give its names; again where its text has changed."""
    told = hashlib.sha256(str(path).encode() + b"\0" + source).hexdigest()[:16]
    module = ModuleType(f"checks_of_{path.parent.name}_{told}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # dataclasses look their own module up
    try:
        exec(compile(source, str(path), "exec"), vars(module))
    except Exception as error:
        del sys.modules[module.__name__]
        place = f"{path.parent.name}/{path.name}"
        raise OwnCheckError(f"{place}: it cannot be loaded ({type(error).__name__}: {error}).") from error
    return vars(module)
