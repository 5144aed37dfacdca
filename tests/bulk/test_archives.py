"""What archives may try, and that nothing comes of it."""

from __future__ import annotations

import io
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.bulk.archives.archive import open_archive, unpack
from grader.bulk.archives.limits import STUDENT, ArchiveError, Caps
from grader.bulk.archives.names import collision_key
from grader.bulk.intake import intake
from grader.run.submission import SubmissionError

SMALL = Caps(archive_bytes=1 << 20, unpacked_bytes=1 << 16, files=5, entries=50, strict=True)


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Make a zip of names and contents, whatever they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, content in entries:
            file.writestr(name, content)
    return out.getvalue()


def tarred(*members: tuple[tarfile.TarInfo | str, bytes], kind: str = "gz") -> bytes:
    """Make a tar of members, whatever they are."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{kind}") as file:  # type: ignore[call-overload]
        for member, content in members:
            info = tarfile.TarInfo(member) if isinstance(member, str) else member
            if info.isreg():
                info.size = len(content)
            file.addfile(info, io.BytesIO(content))
    return out.getvalue()


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    """A member that is no file."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def zip_special(name: str, mode: int) -> zipfile.ZipInfo:
    """An entry whose Unix mode says that it is no file."""
    info = zipfile.ZipInfo(name)
    info.external_attr = (mode | 0o777) << 16
    return info


def encrypted() -> bytes:
    """A zip whose entry says that it is encrypted."""
    content = bytearray(zipped(("exercise1.py", b"pass")))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(signature) + offset] |= 1
    return bytes(content)


def lying() -> bytes:
    """A zip whose headers say ten bytes where 200,000 come out."""
    content = bytearray(zipped(("exercise1.py", b"a" * 200_000)))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", content, content.find(signature) + offset, 10)
    return bytes(content)


def long_header() -> bytes:
    """A tar whose extended header alone lets out 100 MB."""
    info = tarfile.TarInfo("exercise1.py")
    info.pax_headers = {"comment": "x" * (100 << 20)}
    return tarred((info, b"pass"))


ATTACKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "parent": (lambda: zipped(("../exercise1.py", b"x")), "leads outside"),
    "parent inside": (lambda: zipped(("a/../../exercise1.py", b"x")), "leads outside"),
    "parent, Windows": (lambda: zipped(("..\\..\\exercise1.py", b"x")), "leads outside"),
    "absolute": (lambda: zipped(("/etc/passwd", b"x")), "absolute"),
    "drive": (lambda: zipped(("C:\\exercise1.py", b"x")), "absolute"),
    "drive, relative": (lambda: zipped(("c:exercise1.py", b"x")), "absolute"),
    "share": (lambda: zipped(("\\\\server\\x.py", b"x")), "absolute"),
    "nul": (lambda: zipped(("exerciseQ1.py", b"x")).replace(b"Q", b"\0"), "NUL"),
    "link": (lambda: zipped((zip_special("exercise1.py", stat.S_IFLNK), b"/etc/passwd")), "a link"),
    "fifo": (lambda: zipped((zip_special("exercise1.py", stat.S_IFIFO), b"")), "device or a pipe"),
    "device": (lambda: zipped((zip_special("exercise1.py", stat.S_IFBLK), b"")), "device or a pipe"),
    "nested by name": (lambda: zipped(("exercise1.zip", zipped(("a.py", b"x")))), "another archive"),
    "nested by content": (lambda: zipped(("exercise1", zipped(("a.py", b"x")))), "another archive"),
    "encrypted": (encrypted, "encrypted"),
    "one name twice": (lambda: twice("exercise1.py", "exercise1.py"), "would be one"),
    "names differ in case": (lambda: zipped(("a/Exercise1.py", b"x"), ("a/exercise1.py", b"y")), "would be one"),
    "names differ in form": (lambda: zipped(("é.py", b"x"), ("e\u0301.py", b"y")), "would be one"),
    "too many files": (lambda: zipped(*((f"{n}.py", b"") for n in range(6))), "more than 5 files"),
    "too many entries": (lambda: zipped(*((f"{n}/", b"") for n in range(60))), "more than 50 entries"),
    "bomb": (lambda: zipped(("a.txt", bytes(1 << 20))), "larger"),
    "lying header": (lying, "broken"),
    "cut off": (lambda: zipped(("exercise1.py", b"x" * 1000))[:-30], "cut off"),
    "cut in the middle": (lambda: zipped(("exercise1.py", bytes(range(256)) * 9))[50:], "no archive"),
    "empty file": (lambda: b"", "empty"),
    "empty zip": (lambda: zipped(), "empty"),
    "only what is skipped": (lambda: zipped(("__MACOSX/._exercise1.py", b"x")), "empty"),
    "odd packing": (lambda: zipped(("a.py", b"x"), method=zipfile.ZIP_LZMA), "packed in a way"),
    "no archive": (lambda: b"print('hello')\n" * 99, "no archive"),
    "seven zip": (lambda: b"7z\xbc\xaf\x27\x1c" + bytes(99), "not read here"),
    "deep": (lambda: zipped(("a/" * 40 + "x.py", b"x")), "too deep"),
    "tar parent": (lambda: tarred(("../exercise1.py", b"x")), "leads outside"),
    "tar absolute": (lambda: tarred(("/exercise1.py", b"x")), "absolute"),
    "tar link": (lambda: tarred((special("exercise1.py", tarfile.SYMTYPE, "/etc/passwd"), b"")), "a link"),
    "tar hard link": (lambda: tarred((special("exercise1.py", tarfile.LNKTYPE, "/etc/passwd"), b"")), "a link"),
    "tar fifo": (lambda: tarred((special("exercise1.py", tarfile.FIFOTYPE), b"")), "device or a pipe"),
    "tar device": (lambda: tarred((special("exercise1.py", tarfile.CHRTYPE), b"")), "device or a pipe"),
    "tar bomb": (lambda: tarred(("a.txt", bytes(40 << 20))), "unpacks to more"),
    "tar header bomb": (long_header, "unpacks to more"),
    "tar cut off": (lambda: tarred(("exercise1.py", bytes(range(256)) * 9), kind="")[:1500], "cut off"),
    "tar.gz cut off": (lambda: tarred(("exercise1.py", bytes(range(256)) * 9))[:-20], "cut off or broken"),
    "tar nested": (lambda: tarred(("x.tgz", tarred(("a.py", b"x")))), "another archive"),
}


def twice(one: str, other: str) -> bytes:
    """A zip with one name twice, without the warning of the library."""
    return zipped((one, b"x"), (other.replace("1", "9"), b"y")).replace(b"exercise9.py", b"exercise1.py")


def opened(content: bytes, caps: Caps = SMALL) -> dict[str, bytes]:
    """Unpack a student's archive wholly."""
    archive = open_archive(content, caps)
    files, _ = unpack(archive, lambda name: caps.unpacked_bytes)
    return files


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused_with_its_reason(attack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever an archive tries, it is refused by name, and no file appears where the grader stands."""
    monkeypatch.chdir(tmp_path)
    make, reason = ATTACKS[attack]
    if attack == "bomb":
        archive = open_archive(make(), SMALL)
        assert reason in unpack(archive, lambda name: 1000)[1]["a.txt"]
        return
    with pytest.raises(ArchiveError, match=reason):
        opened(make())
    assert list(tmp_path.iterdir()) == []


def test_many_files_that_are_too_large_together_are_refused() -> None:
    """The total is counted as it comes out."""
    part = bytes(8 << 20)
    with pytest.raises(ArchiveError, match="unpacks to more than 32 MB"):
        archive = open_archive(zipped(*((f"{n}.bin", part) for n in range(5))), STUDENT)
        unpack(archive, lambda name: 8 << 20)


@pytest.mark.parametrize("kind", ["zip", "tar", "gz", "bz2", "xz"])
def test_every_kind_that_is_read_gives_the_files(kind: str) -> None:
    """The contents come out as they went in, and what systems leave about does not."""
    files = [("hw/exercise1.py", b"pass\n"), ("hw/.DS_Store", b"x"), ("__MACOSX/._x", b"x"), ("hw/näme ü.txt", b"1")]
    content = zipped(*files) if kind == "zip" else tarred(*files, kind="" if kind == "tar" else kind)
    assert opened(content) == {"hw/exercise1.py": b"pass\n", "hw/näme ü.txt": b"1"}


def test_a_name_in_utf8_without_its_flag_is_read_as_meant() -> None:
    """macOS packs names in UTF-8 and does not say so."""
    raw = zipped(("cafXX.py", b"x")).replace(b"cafXX", "café".encode())
    assert list(opened(raw)) == ["café.py"]


def test_an_odd_name_costs_that_file_alone() -> None:
    """A control character or a leading dash is accident enough: the file is named, the others are read."""
    archive = open_archive(zipped(("-rf.py", b"x"), ("a\nb.py", b"x"), ("exercise1.py", b"x")), STUDENT)
    files, rejected = unpack(archive, lambda name: 100)
    assert list(files) == ["exercise1.py"] and len(rejected) == 2


def test_a_refused_archive_is_one_row_of_the_class(tmp_path: Path) -> None:
    """One student's bad archive stops nobody else."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "mallory.zip").write_bytes(zipped(("../../ann.py", b"x")))
    (tmp_path / "in" / "zoe.zip").write_bytes(zipped(("exercise1.py", b"print(1)")))
    mallory, zoe = intake(tmp_path / "in")
    with pytest.raises(SubmissionError, match="leads outside"):
        mallory.read()
    assert zoe.read().files == {"exercise1.py": b"print(1)"}
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["in", "mallory.zip", "zoe.zip"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=30), st.binary(max_size=40)), max_size=4), st.booleans())
def test_no_name_escapes(entries: list[tuple[str, bytes]], as_tar: bool) -> None:
    """Whatever the names are: refused, or relative files whose names no file system takes for one another's."""
    try:
        if as_tar:
            content = tarred(*((name, data) for name, data in entries))
        else:
            content = zipped(*{name: (name, data) for name, data in entries}.values())
    except (UnicodeEncodeError, ValueError, IndexError, UserWarning):
        return  # the library cannot even write it
    try:
        files = opened(content)
    except ArchiveError:
        return
    assert all(not name.startswith("/") and ".." not in name.split("/") and "\0" not in name for name in files)
    assert len({collision_key(name) for name in files}) == len(files)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_archive_raises_nothing_but_its_own_error(data: st.DataObject) -> None:
    """Bytes changed, cut or repeated at random end in files or in a reason, never in another error."""
    whole = data.draw(st.sampled_from([GOOD_ZIP, GOOD_TAR, GOOD_GZ]))
    at = data.draw(st.integers(0, len(whole) - 1))
    new = data.draw(st.binary(max_size=8))
    cut = data.draw(st.integers(at, len(whole)))
    try:
        opened(whole[:at] + new + whole[min(at + len(new), cut) :])
    except ArchiveError as error:
        assert str(error)


GOOD_ZIP = zipped(("exercise1.py", b"print('hello')\n" * 3), ("a/b.txt", b"x"))
GOOD_TAR = tarred(("exercise1.py", b"print('hello')\n" * 3), ("a/b.txt", b"x"), kind="")
GOOD_GZ = tarred(("exercise1.py", b"print('hello')\n" * 3), ("a/b.txt", b"x"))
