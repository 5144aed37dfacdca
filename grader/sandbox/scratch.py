"""The folder that a program runs in: a copy of the submission that is its own to change.

Written and removed below the warm parent, by the process that watches the program, so it goes away
even when the grader does not live to see it.
"""

from __future__ import annotations

import contextlib
import os
import posixpath
from collections.abc import Mapping

_CACHE = "__pycache__"


def write(folder: str, files: Mapping[str, bytes]) -> None:
    """Write a submission's files into an existing folder; byte code never travels."""
    for name, content in files.items():
        parts = name.split("/")
        if _CACHE in parts:
            continue
        if name.startswith("/") or "\0" in name or {"", ".", ".."} & set(parts):
            raise ValueError(f"The file name {name!r} does not stay within the submission's folder.")
        path = posixpath.join(folder, name)
        os.makedirs(posixpath.dirname(path), exist_ok=True)
        with open(path, "xb") as file:
            file.write(content)


def remove(folder: str) -> None:
    """Remove a folder and all in it, following no link and whatever its modes are."""
    try:
        os.chmod(folder, 0o700)
        with os.scandir(folder) as found:
            entries = list(found)
    except OSError:
        entries = []
    for entry in entries:
        try:
            if entry.is_dir(follow_symlinks=False):
                remove(entry.path)
            else:
                os.unlink(entry.path)
        except OSError:
            continue  # what cannot be removed must not keep the rest
    with contextlib.suppress(OSError):
        os.rmdir(folder)
