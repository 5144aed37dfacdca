"""Archives, listed and read within limits. Nothing is ever written to a path that an archive names.

Theory: contents go to memory, one submission at a time; the only file is a nameless temporary one, into which a
compressed tar is let out before it is listed. Bytes are counted as they come out, never believed from a header. A
student's own archive is refused as a whole at the first thing that an honest one does not hold; in the export of a
platform the same thing costs only the file that it is.
"""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import re
import stat
import tarfile
import tempfile
import unicodedata
import weakref
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, cast

ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
UNREAD_ENDINGS = (".7z", ".rar", ".gz", ".bz2", ".xz", ".zst", ".lz4", ".cab", ".ar", ".cpio", ".dmg", ".iso")
_UNREAD_MAGICS = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x28\xb5\x2f\xfd")
_MAGICS = (b"PK\3\4", b"PK\5\6", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", *_UNREAD_MAGICS)
_DOCUMENTS = (".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".npz", ".pages", ".numbers", ".key")  # are zips, too
_SKIPPED_FOLDERS = frozenset(
    (
        *("__MACOSX", "__pycache__", ".git", ".hg", ".svn", ".venv", "venv", "env", "node_modules", "site-packages"),
        *(".mypy_cache", ".pytest_cache", ".ruff_cache", ".idea", ".vscode", ".ipynb_checkpoints"),
    )
)
_SKIPPED_FILES = frozenset((".DS_Store", "Thumbs.db", "desktop.ini", "Icon\r"))
_DRIVE = re.compile(r"[A-Za-z]:")
_CHUNK_BYTES = 1 << 16
_DEEPEST = 32
_LONGEST_NAME = 1_000
_LZMA_MEMORY_BYTES = 128 << 20


class ArchiveError(ValueError):
    """An archive is refused; the text is the reason and begins in lower case."""


@dataclass(frozen=True)
class Caps:
    """How much of an archive is taken; `strict`: refuse all of it at the first thing out of order."""

    archive_bytes: int
    unpacked_bytes: int
    files: int
    entries: int
    strict: bool


STUDENT = Caps(archive_bytes=32 << 20, unpacked_bytes=32 << 20, files=2_000, entries=50_000, strict=True)
EXPORT = Caps(archive_bytes=8 << 30, unpacked_bytes=8 << 30, files=500_000, entries=1_000_000, strict=False)


class _Reader(Protocol):
    """One format: `entries` gives raw name, whether it is a folder, a problem, and how it is opened."""

    def entries(self) -> Iterator[tuple[str, bool, str, Callable[[], IO[bytes]] | None]]: ...


class Archive:
    """A listed archive: `names` are its files, safe and relative; `problems` those that cannot be read, and why."""

    def __init__(self, reader: _Reader, caps: Caps) -> None:
        self._openers: dict[str, Callable[[], IO[bytes]]] = {}
        self.problems: dict[str, str] = {}
        self.folders: set[str] = set()
        self._caps = caps
        keys: dict[str, str] = {}
        for raw, is_folder, problem, opener in reader.entries():
            name = _relative(raw)
            if not name or is_skipped(name):
                continue
            if is_folder:
                self.folders.add(name)
                continue
            problem = problem or odd(name)
            if not problem and caps.strict and (inner := _nested(name)):
                raise ArchiveError(f"it holds another archive ({shown(inner)}): hand in the files themselves")
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


def is_archive(name: str) -> bool:
    """Say whether a file's name is that of an archive, of a kind that is read or not."""
    return name.lower().endswith((*ENDINGS, *UNREAD_ENDINGS))


def is_skipped(name: str) -> bool:
    """Say whether a file is none of the student's: systems, editors and environments leave it about."""
    *folders, last = name.split("/")
    return (
        last in _SKIPPED_FILES
        or last.endswith((".pyc", ".pyo"))
        or any(part in _SKIPPED_FOLDERS or part.startswith("._") for part in (*folders, last))
    )


def collision_key(name: str) -> str:
    """Give what two names share that some file system takes for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def odd(name: str) -> str:
    """Say what is wrong with a name that no honest file has; '' where nothing is."""
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in name):
        return "named with a control character"
    if any(part.startswith("-") for part in name.split("/")):
        return "named with a leading dash, which commands take for an option"
    return ""


def shown(name: str) -> str:
    """Write a stranger's file name on one line."""
    text = name if name.isprintable() else ascii(name)
    return text if len(text) <= 200 else f"{text[:120]}…{text[-60:]}"


def _relative(raw: str) -> str:
    """Make an entry's name a relative POSIX one ('' for none); raise ArchiveError where it points elsewhere."""
    if "\0" in raw:
        raise ArchiveError(f"it holds a name with a NUL character ({shown(raw)})")
    name = raw.replace("\\", "/")
    if name.startswith("/") or _DRIVE.match(name):
        raise ArchiveError(f"it holds an absolute path ({shown(raw)})")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise ArchiveError(f"it holds a path that leads outside ({shown(raw)})")
    if len(parts) > _DEEPEST or len(name) > _LONGEST_NAME:
        raise ArchiveError(f"it holds a path that is too deep or too long ({shown(raw)})")
    return "/".join(parts)


def _nested(name: str) -> str:
    return name if is_archive(name) else ""


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__


def _reader(file: IO[bytes], head: bytes, caps: Caps, opened: contextlib.ExitStack) -> _Reader:
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return _Zip(file, caps)
    for magic, opener in _COMPRESSIONS.items():
        if head.startswith(magic):
            out = opened.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
            _let_out(opener(file), out, caps)
            return _Tar(out, caps)
    if head[257:262] == b"ustar":
        return _Tar(file, caps)
    if head.startswith(_UNREAD_MAGICS):
        raise ArchiveError("it is a kind of archive that is not read here: hand in a .zip, or the files themselves")
    raise ArchiveError("it is no archive, whatever its name says: neither zip nor tar")


class _Zip:
    def __init__(self, file: IO[bytes], caps: Caps) -> None:
        _count_records(file, caps)
        self._zip = zipfile.ZipFile(file)
        self._caps = caps

    def entries(self) -> Iterator[tuple[str, bool, str, Callable[[], IO[bytes]] | None]]:
        for info in self._zip.infolist():
            name = _zip_name(info)
            kind = stat.S_IFMT(info.external_attr >> 16)
            if info.is_dir() or kind == stat.S_IFDIR:
                yield name, True, "", None
                continue
            problem = ""
            if info.flag_bits & 0x41:
                problem = "encrypted"
            elif kind not in (0, stat.S_IFREG):
                problem = "a link" if kind == stat.S_IFLNK else "a device or a pipe"
            elif info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                problem = "packed in a way that is not read here (use an ordinary .zip)"
            yield name, False, problem, None if problem else self._opener(info)

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


class _Tar:
    def __init__(self, file: IO[bytes], caps: Caps) -> None:
        self._file = file
        self._caps = caps
        self._tar = tarfile.open(fileobj=file, mode="r:", encoding="utf-8", errors="surrogateescape")  # noqa: SIM115

    def entries(self) -> Iterator[tuple[str, bool, str, Callable[[], IO[bytes]] | None]]:
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
            yield member.name, member.isdir(), problem, None if problem or member.isdir() else self._opener(member)
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


def _let_out(compressed: IO[bytes], into: IO[bytes], caps: Caps) -> None:
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


_COMPRESSIONS: dict[bytes, Callable[[IO[bytes]], IO[bytes]]] = {
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
