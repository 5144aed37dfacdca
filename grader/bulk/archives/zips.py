"""What a zip holds, read from its directory and never unpacked to a path."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable, Iterator
from typing import IO

from grader.bulk.archives.entry import Entry
from grader.bulk.archives.limits import ArchiveError, Caps


class Zip:
    """A zip, listed by its directory."""

    def __init__(self, file: IO[bytes], caps: Caps) -> None:
        _count_records(file, caps)
        self._zip = zipfile.ZipFile(file)
        self._caps = caps

    def entries(self) -> Iterator[Entry]:
        for info in self._zip.infolist():
            name = _zip_name(info)
            kind = stat.S_IFMT(info.external_attr >> 16)
            if info.is_dir() or kind == stat.S_IFDIR:
                yield Entry(name, True, "", None)
                continue
            problem = ""
            if info.flag_bits & 0x41:
                problem = "encrypted"
            elif kind not in (0, stat.S_IFREG):
                problem = "a link" if kind == stat.S_IFLNK else "a device or a pipe"
            elif info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                problem = "packed in a way that is not read here (use an ordinary .zip)"
            yield Entry(name, False, problem, None if problem else self._opener(info))

    def _opener(self, info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
        return lambda: self._zip.open(info)


def _count_records(file: IO[bytes], caps: Caps) -> None:
    """Count the directory's records before a library takes all of them into memory; leave the file at its start."""
    count, tail = 0, b""
    while chunk := file.read(1 << 20):
        count += (tail + chunk).count(b"PK\1\2")
        tail = chunk[-3:]
        if count > caps.entries:
            raise ArchiveError(f"it lists more than {caps.entries:,} entries")
    file.seek(0)


def _zip_name(info: zipfile.ZipInfo) -> str:
    """Give a name as it was meant: macOS writes UTF-8 without saying so."""
    name = info.orig_filename
    if not info.flag_bits & 0x800:
        try:
            return name.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return name
