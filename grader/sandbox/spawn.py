"""Starting the warm parent's process, as early and as cheaply as can be.

`grade.py` wants the SDK's import (about a second) to run beside its own, so this module imports next
to nothing: call `ParentProcess()` first, import the rest, then hand it to `warm.WarmLauncher`.
"""

from __future__ import annotations

import os
import site
import socket
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from grader.sandbox import channel
from grader.sandbox.job import Seal, program_environment

_PARENT = Path(__file__).with_name("parent.py")


def environment_of_programs(url: str, home: str, inherited: Mapping[str, str]) -> dict[str, str]:
    """Build a program's environment; the SDK is found where the grader finds it, although the home is another."""
    environment = program_environment(url, home, inherited)
    if site.ENABLE_USER_SITE:
        environment["PYTHONUSERBASE"] = site.getuserbase()
    return environment


class ParentProcess:
    """A running warm parent: its process, our end of its channel, and what it says on its own output."""

    def __init__(
        self,
        seal: Seal = "none",
        python: str = sys.executable,
        *,
        inherited: Mapping[str, str] | None = None,
        seccomp_filter: bytes = b"",
        without: Collection[str] = (),
    ) -> None:
        """Start the process; it is ready when `{"ready": true}` has come through the channel.

        `without` names layers of the seal to leave out, for tests that show what each of them holds back.
        """
        # The environment decides how the interpreter sets itself up (UTF-8, buffering, byte code), and a
        # forked child cannot change that any more: so the parent starts with that of a program.
        environment = environment_of_programs("http://127.0.0.1:9", "/", os.environ if inherited is None else inherited)
        self.channel, theirs = channel.pair()
        complaints, their_output = os.pipe()
        with theirs:
            self.process = subprocess.Popen(
                [python, str(_PARENT), str(theirs.fileno()), seal],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                # Pipes, as a program will have: its sys.stdout is the very object made here.
                stdout=their_output,
                stderr=their_output,
                env=environment,
                cwd="/",
                start_new_session=True,  # Ctrl-C is for the grader, which then ends its programs in order
            )
        os.close(their_output)
        os.set_blocking(complaints, False)
        self._complaints = complaints
        orders = {"seal": seal, "without": sorted(without)}
        if seal == "none":
            channel.send(self.channel, orders)
        else:
            given = channel.hold(seccomp_filter)
            channel.send(self.channel, orders, [given])
            os.close(given)

    def complaint(self) -> str:
        """Say what the process wrote on its standard error so far, its last line only."""
        try:
            text = os.read(self._complaints, 1 << 16).decode("utf-8", "replace").strip()
        except (BlockingIOError, OSError):
            text = ""
        return text.splitlines()[-1] if text else "it said nothing"

    def retire(self) -> None:
        """Give it no more work; it ends when its last program has."""
        self.channel.close()

    def end(self, wait_s: float = 5.0) -> None:
        """End it, and with it everything below."""
        self.channel.close()
        try:
            self.process.wait(wait_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self._complaints >= 0:
            os.close(self._complaints)
            self._complaints = -1

    def __enter__(self) -> socket.socket:
        return self.channel

    def __exit__(self, *_: object) -> None:
        self.end()
