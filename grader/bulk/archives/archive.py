"""One archive, listed when it is opened and read file by file; what of it is refused is decided here."""

from __future__ import annotations

import contextlib
import io
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import IO

from grader.bulk.archives.entry import Reader
from grader.bulk.archives.limits import STUDENT, ArchiveError, Caps
from grader.bulk.archives.names import collision_key, is_archive, is_skipped, odd, relative, shown
from grader.bulk.archives.tars import COMPRESSIONS, Tar, let_out
from grader.bulk.archives.zips import Zip

_UNREAD_MAGICS = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x28\xb5\x2f\xfd")
_MAGICS = (b"PK\3\4", b"PK\5\6", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", *_UNREAD_MAGICS)
_DOCUMENTS = (".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".npz", ".pages", ".numbers", ".key")  # are zips, too
_CHUNK_BYTES = 1 << 16


class Archive:
    """A listed archive: `names` are its files, safe and relative; `problems` those that cannot be read, and why."""

    def __init__(self, reader: Reader, caps: Caps) -> None:
        self._openers: dict[str, Callable[[], IO[bytes]]] = {}
        self.problems: dict[str, str] = {}
        self.folders: set[str] = set()
        self._caps = caps
        keys: dict[str, str] = {}
        for raw, is_folder, problem, opener in reader.entries():
            name = relative(raw)
            if not name or is_skipped(name):
                continue
            if is_folder:
                self.folders.add(name)
                continue
            problem = problem or odd(name)
            if not problem and caps.strict and is_archive(name):
                raise ArchiveError(f"it holds another archive ({shown(name)}): hand in the files themselves")
            self._take(name, problem, opener, keys)
        if not self._openers and not self.problems:
            raise ArchiveError("it is empty")

    def _take(self, name: str, problem: str, opener: Callable[[], IO[bytes]] | None, keys: dict[str, str]) -> None:
        caps = self._caps
        if problem and caps.strict and opener is None:
            raise ArchiveError(f"{shown(name)} in it is {problem}")
        key = collision_key(name) if caps.strict else name
        if key in keys:
            raise ArchiveError(f"two of its files would be one: {shown(keys[key])} and {shown(name)}")
        keys[key] = name
        if len(keys) > caps.files:
            raise ArchiveError(f"it holds more than {caps.files:,} files")
        if problem or opener is None:
            self.problems[name] = problem or "cannot be read"
        else:
            self._openers[name] = opener

    @property
    def names(self) -> list[str]:
        """Every file, readable or not, in the archive's order."""
        return [*self._openers, *self.problems]

    def read(self, name: str, limit_bytes: int) -> bytes:
        """Read one file, counted as it comes out; raise ValueError with the reason."""
        if name in self.problems:
            raise ValueError(self.problems[name])
        content = io.BytesIO()
        try:
            with self._openers[name]() as file:
                while chunk := file.read(_CHUNK_BYTES):
                    content.write(chunk)
                    if content.tell() > limit_bytes:
                        raise _TooLargeError(f"larger than {limit_bytes / (1 << 20):g} MB")
        except _TooLargeError:
            raise
        except Exception as error:  # a broken archive makes the libraries raise nearly anything
            raise ArchiveError(f"it cannot be unpacked ({_said(error)}); {shown(name)} in it is broken") from None
        return content.getvalue()


class _TooLargeError(ValueError):
    pass


def open_archive(source: Path | bytes, caps: Caps) -> Archive:
    """List an archive; raise ArchiveError with the reason why it is refused."""
    with contextlib.ExitStack() as opened:
        file: IO[bytes] = opened.enter_context(io.BytesIO(source) if isinstance(source, bytes) else source.open("rb"))
        try:
            size = file.seek(0, io.SEEK_END)
            if size > caps.archive_bytes:
                raise ArchiveError(f"it is larger than {caps.archive_bytes >> 20:,} MB")
            if size == 0:
                raise ArchiveError("it is an empty file")
            file.seek(0)
            head = file.read(512)
            file.seek(0)
            archive = Archive(_reader(file, head, caps, opened), caps)
        except ArchiveError:
            raise
        except Exception as error:  # a broken archive makes the libraries raise nearly anything
            raise ArchiveError(f"it cannot be read: cut off or broken ({_said(error)})") from None
        weakref.finalize(archive, opened.pop_all().close)
        return archive


def unpack(archive: Archive, largest: Callable[[str], int]) -> tuple[dict[str, bytes], dict[str, str]]:
    """Read a student's whole archive: files, and what is not taken; `largest` gives a file's limit by its name.

    Raise ArchiveError where all of it is refused.
    """
    files: dict[str, bytes] = {}
    rejected = dict(archive.problems)
    left = STUDENT.unpacked_bytes
    for name in archive.names:
        if name in rejected:
            continue
        limit = min(largest(name), left)
        try:
            content = archive.read(name, limit)
        except ArchiveError:
            raise
        except ValueError as error:
            if limit == left:
                raise ArchiveError(f"it unpacks to more than {STUDENT.unpacked_bytes >> 20} MB") from None
            rejected[name] = str(error)
            continue
        left -= len(content)
        if content.startswith(_MAGICS) and not name.lower().endswith(_DOCUMENTS):
            raise ArchiveError(f"it holds another archive ({shown(name)}): hand in the files themselves")
        files[name] = content
    return files, rejected


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__


def _reader(file: IO[bytes], head: bytes, caps: Caps, opened: contextlib.ExitStack) -> Reader:
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return Zip(file, caps)
    for magic, opener in COMPRESSIONS.items():
        if head.startswith(magic):
            out = opened.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  # `opened` closes it
            let_out(opener(file), out, caps)
            return Tar(out, caps)
    if head[257:262] == b"ustar":
        return Tar(file, caps)
    if head.startswith(_UNREAD_MAGICS):
        raise ArchiveError("it is a kind of archive that is not read here: hand in a .zip, or the files themselves")
    raise ArchiveError("it is no archive, whatever its name says: neither zip nor tar")
