"""The libraries that a program of this course may import. Names only."""

from __future__ import annotations

import sys

_IMPORTED = (
    "anthropic anyio distro docstring_parser h11 httpcore httpcore2 httpx httpx2 idna jiter opentelemetry "
    "pydantic pydantic_core requests rich sniffio truststore typing_extensions typing_inspection"
)
_BESIDE_THE_STANDARD = frozenset(_IMPORTED.split())


def is_library(name: str) -> bool:
    """Tell whether a top-level module is Python's own, the SDK, or what the SDK brings."""
    return name in sys.stdlib_module_names or name in _BESIDE_THE_STANDARD
