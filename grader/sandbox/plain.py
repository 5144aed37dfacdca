"""The plain launcher: a fresh `python exerciseN.py`, on every platform, confined by nothing.

Theory: the submission's files are written to a scratch folder; the interpreter that runs the grader runs the
program there, in a process group of its own, with pipes that the event loop reads. When the program's own process
ends, what is left of its group is killed, so that what comes later is not output. For a student's own code only.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import site
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Literal

from grader.sandbox import tree
from grader.sandbox.job import Exit, Job, LaunchError, Observer, Seal, base_url, program_environment

_INSIDE = Path(__file__).with_name("inside.py")
_DRAIN_S = 2.0  # how long a pipe may stay open after every process is dead, before it is closed by us


class PlainLauncher:
    """Starts a fresh interpreter for each job."""

    seal: Seal = "none"

    def __init__(self, python: str = sys.executable) -> None:
        self._python = python
        self._running: set[PlainChild] = set()
        tree.adopt_orphans()

    async def start(self, job: Job, observer: Observer) -> PlainChild:
        """Write the files, open the listener, start the interpreter."""
        scratch = Scratch(job)
        listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        environment = program_environment(base_url(listener), str(scratch.home), os.environ)
        if site.ENABLE_USER_SITE:  # the SDK may have been installed there, and the home is another now
            environment["PYTHONUSERBASE"] = site.getuserbase()
        _let_programs_be_interrupted()
        arguments = [job.entry] if job.probe is None else [str(_INSIDE), json.dumps(job.probe)]
        child = PlainChild(scratch, listener, observer, self._running)
        try:
            transport, _ = await asyncio.get_running_loop().subprocess_exec(
                lambda: _Protocol(child),
                self._python,
                *arguments,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=scratch.work,
                env=environment,
                start_new_session=sys.platform != "win32",
            )
        except OSError as error:
            child.abandon()
            raise LaunchError(f"Python could not be started: {error}.") from error
        child.begin(transport)
        return child

    async def close(self) -> None:
        """End every program that is still running."""
        for child in tuple(self._running):
            child.kill("grader")
            await child.over


def _let_programs_be_interrupted() -> None:
    """Where a shell has us ignore SIGINT, as a job in the background, do it by a handler: no program inherits one."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        with contextlib.suppress(ValueError):  # of a thread that may not
            signal.signal(signal.SIGINT, lambda *_: None)


class Scratch:
    """The folder of one run: `work` holds the submission's files, `home` is an empty home."""

    def __init__(self, job: Job) -> None:
        self.root = Path(os.path.realpath(tempfile.mkdtemp(prefix="grade-")))
        self.work = self.root / "work"
        self.home = self.root / "home"
        self.work.mkdir()
        self.home.mkdir()
        for name, content in job.files.items():
            target = self.work.joinpath(*name.split("/"))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)

    def remove(self) -> None:
        """Take the folder away, whatever the program left in it."""
        shutil.rmtree(self.root, ignore_errors=True)


class PlainChild:
    """A fresh interpreter that runs a job."""

    def __init__(self, scratch: Scratch, listener: socket.socket, observer: Observer, running: set[PlainChild]) -> None:
        self.listener = listener
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._scratch = scratch
        self._observer = observer
        self._running = running
        self._transport: asyncio.SubprocessTransport | None = None
        self._because: Literal["itself", "time", "output", "memory", "grader"] = "itself"
        self._open_pipes = {1, 2}
        self._ended = False

    @property
    def roots(self) -> tuple[int, ...]:
        return () if self._pid is None else (self._pid,)

    @property
    def _pid(self) -> int | None:
        return None if self._transport is None else self._transport.get_pid()

    def kill(self, because: Literal["time", "output", "memory", "grader"]) -> None:
        """End the program and all that it started."""
        if not self._ended and self._pid is not None:
            self._because = because
            tree.kill_tree(self._pid, group=True)

    def begin(self, transport: asyncio.SubprocessTransport) -> None:
        """Note that the process runs."""
        self._transport = transport
        self._running.add(self)

    def abandon(self) -> None:
        """Undo what was prepared for a process that did not start."""
        self.listener.close()
        self._scratch.remove()

    def heard(self, descriptor: int, data: bytes) -> None:
        """Pass output on."""
        if not self.over.done():
            self._observer.output_written("stdout" if descriptor == 1 else "stderr", data)

    def pipe_closed(self, descriptor: int) -> None:
        """Note the end of a pipe."""
        self._open_pipes.discard(descriptor)
        self._finish_if_over()

    def process_ended(self) -> None:
        """Kill what the program left behind; its pipes close with it."""
        self._ended = True
        if self._pid is not None:
            tree.kill_tree(self._pid, group=True)
        known = {pid for child in self._running for pid in child.roots}
        for orphan in tree.orphans(known, str(self._scratch.home)):
            tree.kill_tree(orphan, group=False)
            with contextlib.suppress(OSError):
                os.waitpid(orphan, 0)
        asyncio.get_running_loop().call_later(_DRAIN_S, self._finish)
        self._finish_if_over()

    def _finish_if_over(self) -> None:
        if self._ended and not self._open_pipes:
            self._finish()

    def _finish(self) -> None:
        if self.over.done() or self._transport is None:
            return
        code = self._transport.get_returncode()
        self._transport.close()
        self._running.discard(self)
        self._scratch.remove()
        signalled = code is not None and code < 0 and sys.platform != "win32"
        self.over.set_result(None)
        self._observer.exited(
            Exit(
                status=None if signalled else code,
                signal=-code if signalled and code is not None else None,
                because=self._because,
            )
        )


class _Protocol(asyncio.SubprocessProtocol):
    """Hands what asyncio hears to the child."""

    def __init__(self, child: PlainChild) -> None:
        self._child = child

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self._child.heard(fd, data)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        self._child.pipe_closed(fd)

    def process_exited(self) -> None:
        self._child.process_ended()
