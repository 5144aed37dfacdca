"""What must be the same on two machines that grade one class, and how a difference is said. Reads the package only."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from grader import __version__

_PACKAGE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Versions:
    """The grader and its source's hash, the Python that programs run in, the SDK that they use."""

    grader: str
    source: str
    python: str
    anthropic: str


@lru_cache(maxsize=1)
def here() -> Versions:
    """Give this machine's."""
    return Versions(
        grader=__version__,
        source=_source(),
        python=".".join(platform.python_version_tuple()[:2]),
        anthropic=metadata.version("anthropic"),
    )


def differences(ours: Versions, theirs: Versions) -> tuple[str, ...]:
    """Name what is not the same, with both versions."""
    return tuple(
        f"{each.name} {getattr(theirs, each.name)} there, {getattr(ours, each.name)} here"
        for each in fields(Versions)
        if getattr(ours, each.name) != getattr(theirs, each.name)
    )


def _source() -> str:
    """Hash the code and the pages' templates: a version's number does not tell two checkouts apart."""
    total = hashlib.sha256()
    found = [*_PACKAGE.rglob("*.py"), *(path for path in (_PACKAGE / "render" / "templates").rglob("*") if path.suffix)]
    for path in sorted(found):
        if "__pycache__" not in path.parts:
            content = path.read_bytes().replace(b"\r\n", b"\n")
            total.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + hashlib.sha256(content).digest())
    return total.hexdigest()[:12]
