"""What a tar holds, read member by member, and how a compressed one is let out first, counted."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable, Iterator
from typing import IO, cast

from grader.bulk.archives.entry import Entry
from grader.bulk.archives.limits import ArchiveError, Caps

_CHUNK_BYTES = 1 << 16
_LZMA_MEMORY_BYTES = 128 << 20


class Tar:
    """A tar that is not compressed, or not any more."""

    def __init__(self, file: IO[bytes], caps: Caps) -> None:
        self._file = file
        self._caps = caps
        self._tar = tarfile.open(fileobj=file, mode="r:", encoding="utf-8", errors="surrogateescape")  # noqa: SIM115  # closed with its file

    def entries(self) -> Iterator[Entry]:
        count, reached = 0, -1
        while (member := self._tar.next()) is not None:
            count += 1
            if count > self._caps.entries:
                raise ArchiveError(f"it lists more than {self._caps.entries:,} entries")
            if self._tar.offset <= reached or member.size < 0:
                raise ArchiveError("its list of files leads back to its beginning")
            reached = self._tar.offset
            problem = ""
            if member.issym() or member.islnk():
                problem = "a link"
            elif not (member.isdir() or member.isreg()):
                problem = "a device or a pipe"
            elif member.issparse():
                problem = "a sparse file"
            opener = None if problem or member.isdir() else self._opener(member)
            yield Entry(member.name, member.isdir(), problem, opener)
        self._file.seek(self._tar.offset)
        if self._file.read(512) != b"\0" * 512:  # a tar ends with blocks of zeros
            raise ArchiveError("it is cut off or broken")

    def _opener(self, member: tarfile.TarInfo) -> Callable[[], IO[bytes]]:
        def opened() -> IO[bytes]:
            file = self._tar.extractfile(member)
            if file is None:
                raise ArchiveError("it is no file")
            return cast("IO[bytes]", _Whole(file, member.size))

        return opened


class _Whole(io.RawIOBase):
    """A file that says when it ends before its time."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._inner, self._left = file, size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        content = self._inner.read(size)
        self._left -= len(content)
        if not content and self._left > 0:
            raise EOFError("it ends before its time")
        return content


def let_out(compressed: IO[bytes], into: IO[bytes], caps: Caps) -> None:
    """Unpack a compressed tar, counted."""
    count = 0
    # The blocks of a tar come on top of its files: a header each, and the padding.
    most = caps.unpacked_bytes + (8 << 20)
    while chunk := compressed.read(_CHUNK_BYTES):
        count += len(chunk)
        if count > most:
            raise ArchiveError(f"it unpacks to more than {caps.unpacked_bytes >> 20:,} MB")
        into.write(chunk)
    into.seek(0)


COMPRESSIONS: dict[bytes, Callable[[IO[bytes]], IO[bytes]]] = {
    b"\x1f\x8b": lambda file: cast("IO[bytes]", gzip.GzipFile(fileobj=file)),
    b"BZh": lambda file: cast("IO[bytes]", bz2.BZ2File(file)),
    b"\xfd7zXZ\0": lambda file: _xz(file),
}


def _xz(file: IO[bytes]) -> IO[bytes]:
    """Open an .xz whose dictionary may not fill the memory."""
    return cast("IO[bytes]", _Xz(file))


class _Xz(io.RawIOBase):
    def __init__(self, file: IO[bytes]) -> None:
        self._inner = file
        self._lzma = lzma.LZMADecompressor(memlimit=_LZMA_MEMORY_BYTES)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not self._lzma.eof:
            fed = self._inner.read(_CHUNK_BYTES) if self._lzma.needs_input else b""
            if self._lzma.needs_input and not fed:
                raise EOFError("it ends before its time")
            if content := self._lzma.decompress(fed, size):
                return content
        return b""
