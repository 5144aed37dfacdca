"""The interface of every launcher: what is to be run, how far it may go, and what is heard of it.

A launcher starts a job in a child process and reports what comes out of it. It knows nothing of
exercises, fixtures or checks. `plain` starts a fresh interpreter anywhere; `warm` forks from a parent
that has imported the SDK, sealed or not.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

MB = 1 << 20

# What a program finds as its key: the form of a real one, and worth nothing.
DUMMY_KEY = "sk-ant-api03-replay-only-this-key-opens-nothing-" + "0" * 48 + "-AA"

Seal = Literal["namespaces", "bwrap", "landlock", "none"]


class LaunchError(RuntimeError):
    """The program could not be started or sealed: the grader's fault, never the student's."""


@dataclass(frozen=True)
class Limits:
    """How far one run may go; the session watches time and output, the launcher the rest."""

    time_s: float = 10.0
    output_bytes: int = 32 * MB
    memory_bytes: int = 1024 * MB  # the sum over all its processes
    scratch_bytes: int = 64 * MB
    file_bytes: int = 16 * MB
    processes: int = 64
    open_files: int = 256


@dataclass(frozen=True)
class Job:
    """One run: the submission's files by relative POSIX name, and the file to run.

    `probe` is None for a program run as `python exerciseN.py`; otherwise the plan by which
    `inside` imports the module and calls its functions (see `inside.probe`).
    """

    entry: str
    files: Mapping[str, bytes]
    probe: Mapping[str, Any] | None = None
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Exit:
    """How the program ended: an exit status, or the signal that ended it (both None: lost by us)."""

    status: int | None
    signal: int | None
    because: Literal["itself", "time", "output", "memory", "grader"] = "itself"


class Observer(Protocol):
    """Hears what a running job does; called on the event loop, in the order in which it happens."""

    def output_written(self, stream: Literal["stdout", "stderr"], data: bytes) -> None: ...

    def exited(self, ended: Exit) -> None:
        """The last call: the program is over and everything it wrote has been heard."""


class Child(Protocol):
    """A running job."""

    @property
    def listener(self) -> socket.socket:
        """The listening loopback socket behind the program's ANTHROPIC_BASE_URL; the caller serves and closes it."""

    @property
    def roots(self) -> tuple[int, ...]:
        """The processes, as seen from here, that all of its own are at or below; () where that cannot be said."""

    def kill(self, because: Literal["time", "output", "memory", "grader"]) -> None:
        """End every process of it; `exited` follows with this reason."""


class Launcher(Protocol):
    """Starts jobs."""

    @property
    def seal(self) -> Seal:
        """How the programs are confined, as reports say it."""

    async def start(self, job: Job, observer: Observer) -> Child:
        """Start a job; raise LaunchError where it cannot be started as promised."""

    async def close(self) -> None:
        """End everything that this launcher keeps running."""


def base_url(listener: socket.socket) -> str:
    """The address that a program is told for a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://{host}:{port}"


def program_environment(url: str, home: str, inherited: Mapping[str, str]) -> dict[str, str]:
    """Build the environment of a student's program from the grader's own.

    Nothing that changes the SDK's way to the API, Python's own behaviour or the program's secrets
    passes (see the SDK's environment variables); what the system needs to start programs does.
    """
    kept = {
        name: value
        for name, value in inherited.items()
        if name.upper() in _SYSTEM_NAMES or name.upper().startswith("LC_")
    }
    return kept | {
        "ANTHROPIC_API_KEY": DUMMY_KEY,
        "ANTHROPIC_BASE_URL": url,
        "HOME": home,
        "USERPROFILE": home,
        "NO_PROXY": "*",
        "PYTHONUTF8": "1",
    }


_SYSTEM_NAMES = frozenset(
    [
        "PATH",
        "LANG",
        "LANGUAGE",
        "TZ",
        "TMPDIR",
        "TEMP",
        "TMP",
        "SYSTEMROOT",
        "SYSTEMDRIVE",
        "WINDIR",
        "COMSPEC",
        "PATHEXT",
        "NUMBER_OF_PROCESSORS",
        "PROCESSOR_ARCHITECTURE",
        "LD_LIBRARY_PATH",
        "DYLD_LIBRARY_PATH",
    ]
)
