"""The kernel's files about a program, kept open: they never tell of another process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from grader.sandbox import procfs

pytestmark = pytest.mark.linux

WAITS = [sys.executable, "-c", "import sys; print('up', flush=True); sys.stdin.read()"]


@pytest.fixture
def program() -> Iterator[subprocess.Popen[bytes]]:
    """A process that waits for its standard input to end."""
    with subprocess.Popen(WAITS, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline() == b"up\n"
        yield process


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_they_say_what_the_paths_say(program: subprocess.Popen[bytes]) -> None:
    """The first time and every time after that."""
    files, pid = procfs.Files(), program.pid
    for _ in range(3):
        assert files.threads(pid) == [str(pid)]
        assert files.of_process(pid, "cmdline") == procfs.read(f"/proc/{pid}/cmdline")
        assert files.of_thread(pid, pid, "children") == b""
    files.close()


def test_of_a_process_that_has_ended_they_say_nothing(program: subprocess.Popen[bytes]) -> None:
    """Whether it was asked about before or not."""
    kept, fresh = procfs.Files(), procfs.Files()
    kept.threads(program.pid), kept.of_process(program.pid, "statm"), kept.of_thread(program.pid, program.pid, "stat")
    program.communicate()
    for files in (kept, fresh):
        with pytest.raises(OSError):
            files.threads(program.pid)
        with pytest.raises(OSError):
            files.of_process(program.pid, "statm")
        with pytest.raises(OSError):
            files.of_thread(program.pid, program.pid, "stat")
    kept.close()


def test_some_stay_open_until_they_are_closed(program: subprocess.Popen[bytes]) -> None:
    """No more than was asked for."""
    before, files, pid = descriptors(), procfs.Files(3), program.pid
    for name in ("stat", "statm", "status", "cmdline", "schedstat", "stat"):
        assert files.of_process(pid, name)
    assert descriptors() == before + 3
    files.close()
    assert descriptors() == before
    assert files.of_process(pid, "stat") and descriptors() == before + 1
    files.close()


def test_those_of_a_process_that_has_ended_make_room_for_others() -> None:
    """A program may start one process after the other."""
    before, files = descriptors(), procfs.Files(1)
    for _ in range(3):
        with subprocess.Popen(WAITS, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None and process.stdout.readline()
            assert files.threads(process.pid) == [str(process.pid)]
            open_now = descriptors()
            process.communicate()
        with pytest.raises(OSError):
            files.threads(process.pid)
        assert open_now > before and descriptors() == before
