"""Programs run to their end under a launcher, for the tests: what they printed, how they ended."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from grader.sandbox.job import Child, Exit, Job, Launcher, Limits

LINUX = sys.platform.startswith("linux")
PATIENCE_S = 60.0


class Heard:
    """An observer that keeps what it hears."""

    def __init__(self) -> None:
        self.stdout = b""
        self.stderr = b""
        self.ended: Exit | None = None
        self.over = asyncio.Event()
        self.spoke = asyncio.Event()

    def output_written(self, stream: str, data: bytes) -> None:
        assert self.ended is None, "output after the exit"
        if stream == "stdout":
            self.stdout += data
        else:
            self.stderr += data
        self.spoke.set()

    def exited(self, ended: Exit) -> None:
        assert self.ended is None, "two exits"
        self.ended = ended
        self.over.set()


@dataclass(frozen=True)
class Ran:
    """A finished run."""

    stdout: str
    stderr: str
    ended: Exit
    roots: tuple[int, ...] = field(compare=False, default=())

    @property
    def said(self) -> str:
        return self.stdout.strip()

    def complaint(self) -> str:
        """Give the error output without what differs from place to place: folders, addresses, depths."""
        text = re.sub(r'File "[^"]*[/\\]work[/\\]', r'File "', self.stderr)
        return re.sub(r"0x[0-9a-f]+|repeated \d+", "…", text)


async def ran(
    launcher: Launcher,
    source: str | bytes,
    files: Mapping[str, bytes] | None = None,
    *,
    limits: Limits | None = None,
    meanwhile: Callable[[Child, Heard], None] | None = None,
) -> Ran:
    """Run a program; `meanwhile` is called once it has said something."""
    heard = Heard()
    code = source.encode() if isinstance(source, str) else source
    job = Job("exercise1.py", {"exercise1.py": code, **(files or {})}, limits=limits or Limits())
    child = await launcher.start(job, heard)
    roots = child.roots
    with contextlib.closing(child.listener):
        try:
            if meanwhile is not None:
                await asyncio.wait_for(heard.spoke.wait(), PATIENCE_S)
                meanwhile(child, heard)
            await asyncio.wait_for(heard.over.wait(), PATIENCE_S)
        except BaseException:
            child.kill("grader")
            raise
    assert heard.ended is not None
    return Ran(
        heard.stdout.decode("utf-8", "backslashreplace"),
        heard.stderr.decode("utf-8", "backslashreplace"),
        heard.ended,
        roots,
    )
