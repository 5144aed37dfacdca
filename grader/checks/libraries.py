"""The libraries that a program of this course may import. Names only."""

from __future__ import annotations

import sys

_IMPORTED = (
    "anthropic anyio distro docstring_parser h11 httpcore httpcore2 httpx httpx2 idna jiter opentelemetry "
    "pydantic pydantic_core requests rich sniffio truststore typing_extensions typing_inspection"
)
_BESIDE_THE_STANDARD = frozenset(_IMPORTED.split())


# Loaded before a program's own folder is looked into, so that no file there takes their place.
_LOADED = "abc codecs encodings genericpath io os posixpath site stat zipimport"
_BEFORE_ALL = frozenset(_LOADED.split()) | frozenset(sys.builtin_module_names)


def is_replaceable(name: str) -> bool:
    """Tell whether a file of a program's own takes the place of a library of this name."""
    return is_library(name) and name not in _BEFORE_ALL


def is_library(name: str) -> bool:
    """Tell whether a top-level module is Python's own, the SDK, or what the SDK brings."""
    return name in sys.stdlib_module_names or name in _BESIDE_THE_STANDARD
