"""Compiled templates, kept where Python keeps compiled modules: compiling all takes longer than filling in a page."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path
from pickle import UnpicklingError

import jinja2
from jinja2.bccache import Bucket, BytecodeCache


class Compiled(BytecodeCache):
    """What Jinja made of each template in a folder; of other sources, another Jinja or another `maker` it is made anew.

    `maker` is the file that says how templates become code. Nothing is kept where Python is told to keep nothing, and
    what cannot be kept costs no more than the time.
    """

    def __init__(self, folder: Path, maker: Path) -> None:
        self._folder = folder
        self._made_by = sha256(jinja2.__version__.encode() + maker.read_bytes()).digest()

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return name

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError, EOFError, ValueError, UnpicklingError):
            kept = self._place(bucket).read_bytes()
            if kept.startswith(self._made_by):
                bucket.bytecode_from_string(kept[len(self._made_by) :])

    def dump_bytecode(self, bucket: Bucket) -> None:
        if sys.dont_write_bytecode:
            return
        place = self._place(bucket)
        beside = place.with_name(f"{place.name}.{os.getpid()}")
        with suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(self._made_by + bucket.bytecode_to_string())
            os.replace(beside, place)

    def _place(self, bucket: Bucket) -> Path:
        return Path(cache_from_source(str(self._folder / f"{bucket.key}.py")))
