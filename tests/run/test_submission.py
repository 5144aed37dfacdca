"""What is taken in of a folder, and what is rejected and why."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from grader.run.submission import SubmissionError, read_submission

posix = pytest.mark.skipif(os.name != "posix", reason="FIFOs, sockets and modes of POSIX")


def test_regular_files_are_read_by_relative_name(tmp_path: Path) -> None:
    """Files of the folder and of folders below it, by POSIX name."""
    (tmp_path / "exercise1.py").write_bytes(b"print(1)\r\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "n.txt").write_bytes(b"\xff")
    found = read_submission(tmp_path, name="alice")
    assert found.files == {"exercise1.py": b"print(1)\r\n", "data/n.txt": b"\xff"}
    assert found.name == "alice"
    assert not found.rejected


def test_caches_and_what_systems_leave_behind_do_not_travel(tmp_path: Path) -> None:
    """Byte code, version control, environments and desktop files are passed over in silence."""
    for name in ("__pycache__/exercise1.cpython-311.pyc", ".git/config", ".venv/bin/python", ".DS_Store", "._a.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "exercise1.py").write_bytes(b"")
    assert set(read_submission(tmp_path).files) == {"exercise1.py"}


@posix
def test_a_link_is_rejected_and_its_target_never_read(tmp_path: Path) -> None:
    """The reason is said; what the link points to is nowhere."""
    secret = tmp_path / "secret"
    secret.write_text("TOP SECRET")
    folder = tmp_path / "s"
    folder.mkdir()
    (folder / "exercise1.py").symlink_to(secret)
    found = read_submission(folder)
    assert found.files == {}
    assert found.rejected == {"exercise1.py": "a link, not a regular file"}


@posix
def test_a_fifo_does_not_hang_and_a_socket_is_named(tmp_path: Path) -> None:
    """Nothing waits for a writer."""
    os.mkfifo(tmp_path / "exercise1.py")
    listener = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(tmp_path)  # the path of a socket must be short
    try:
        listener.bind("exercise2.py")
    finally:
        os.chdir(here)
        listener.close()
    rejected = read_submission(tmp_path).rejected
    assert rejected["exercise1.py"] == "a FIFO, not a regular file"
    assert rejected["exercise2.py"] == "a socket, not a regular file"


def test_a_folder_named_like_the_exercise_is_rejected(tmp_path: Path) -> None:
    """`exercise1.py/` is no exercise."""
    (tmp_path / "exercise1.py").mkdir()
    assert read_submission(tmp_path).rejected == {"exercise1.py": "a folder, not a regular file"}


def test_a_source_over_one_megabyte_is_rejected_by_size(tmp_path: Path) -> None:
    """The limit is said."""
    (tmp_path / "exercise1.py").write_bytes(b"#" * ((1 << 20) + 1))
    assert read_submission(tmp_path).rejected == {"exercise1.py": "larger than 1 MB"}


@posix
def test_a_folder_below_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    """A link to the root of the disk costs nothing."""
    (tmp_path / "everything").symlink_to("/")
    (tmp_path / "exercise1.py").write_bytes(b"")
    assert set(read_submission(tmp_path).files) == {"exercise1.py"}


def test_what_is_no_folder_is_one_line(tmp_path: Path) -> None:
    """A missing folder and a file each get their word."""
    with pytest.raises(SubmissionError, match="no such folder"):
        read_submission(tmp_path / "nowhere")
    (tmp_path / "f").write_bytes(b"")
    with pytest.raises(SubmissionError, match="not a folder"):
        read_submission(tmp_path / "f")


def test_the_hash_moves_with_names_and_contents(tmp_path: Path) -> None:
    """Equal folders have equal hashes; a renamed file or a changed byte makes another."""
    (tmp_path / "a.py").write_bytes(b"1")
    first = read_submission(tmp_path).sha256
    assert read_submission(tmp_path).sha256 == first
    (tmp_path / "a.py").write_bytes(b"2")
    assert read_submission(tmp_path).sha256 != first
