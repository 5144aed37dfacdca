"""A hostile program of our own, run before a batch and judged from outside: does the seal hold on this machine, now?

Theory: a restriction that the kernel accepted may still not hold (a container's policy, a sysctl, another kernel). So
baits are laid out as the grader's own user could lay them: a secret in a folder that everybody may read, another
process, listeners of several kinds. The intruder goes for all of them, makes a crowd of processes, leaves one behind.
What counts is what became of the baits, what `/proc` says of the intruder, and that nothing of it is left. Anything
that does not hold is a LaunchError that says what to do, and no program is run.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from grader.sandbox import tree
from grader.sandbox.job import MB, Child, Exit, Job, Launcher, LaunchError, Limits

_INTRUDER = Path(__file__).with_name("intruder.py")
_PUBLIC = "/var/tmp"
_PROCESSES = 24
_PATIENCE_S = 20.0
_GREEDY_BYTES = 256 * MB  # all together; a quarter of it, what one process takes, is below the limit
_GREEDY_LIMIT_BYTES = 128 * MB
_GREEDY = f"""
import mmap, os, time
for _ in range(4):
    if os.fork() == 0:
        held = mmap.mmap(-1, {_GREEDY_BYTES // 4})
        for at in range(0, len(held), 4096):
            held[at] = 1
        time.sleep(30)
time.sleep(30)
"""


class DoesNotHoldError(LaunchError):
    """The seal was put on, and the canary got through it."""


@dataclass(frozen=True)
class Baits:
    """What the intruder goes for, and how to see whether it got it."""

    folder: Path
    secret: str
    tcp: socket.socket
    udp: socket.socket
    abstract: socket.socket
    victim: subprocess.Popen[bytes]

    def described(self) -> dict[str, object]:
        """Say where they lie, for the intruder."""
        return {
            "folder": str(self.folder),
            "secret": str(self.folder / "secret"),
            "victim": self.victim.pid,
            "tcp": self.tcp.getsockname()[1],
            "udp": self.udp.getsockname()[1],
            "abstract": self.abstract.getsockname()[1:].decode(),
        }

    def taken(self, output: str) -> list[str]:
        """List what the intruder could do."""
        found = []
        if self.secret in output:
            found.append("read a file outside of its folder, or another process's environment")
        if sorted(os.listdir(self.folder)) != ["secret"] or (self.folder / "secret").read_text() != self.secret:
            found.append("write outside of its folder")
        if self.victim.poll() is not None:
            found.append("end a process that is not its own")
        for name, listener in (("over TCP", self.tcp), ("through an abstract socket", self.abstract)):
            with contextlib.suppress(BlockingIOError):
                listener.accept()[0].close()
                found.append(f"reach another program {name}")
        with contextlib.suppress(BlockingIOError):
            self.udp.recv(16)
            found.append("send a datagram to another program")
        return found


class _Heard:
    """Keeps what a canary's program prints, and how it ends."""

    def __init__(self) -> None:
        self.output = b""
        self.over: asyncio.Future[Exit] = asyncio.get_running_loop().create_future()

    def output_written(self, stream: Literal["stdout", "stderr"], data: bytes) -> None:
        self.output += data

    def exited(self, ended: Exit) -> None:
        self.over.set_result(ended)


async def check(launcher: Launcher) -> None:
    """Run the canary under a launcher; raise DoesNotHoldError naming every restriction that failed."""
    with _laid_out() as baits:
        broken = await _intrude(launcher, baits)
    if not await _greed_is_stopped(launcher):
        broken.append("hold more memory than the limit, over several processes")
    if broken:
        raise DoesNotHoldError(
            f"The seal '{launcher.seal}' does not hold on this machine: the canary could {', '.join(broken)}. "
            "Nothing was run. Grade on another machine, or in a virtual machine with --sandbox none."
        )


@contextlib.contextmanager
def _laid_out() -> Iterator[Baits]:
    secret = f"canary-{secrets.token_hex(16)}"
    with contextlib.ExitStack() as stack:
        # Not in /tmp where that can be had: a box has a /tmp of its own, which would prove too little.
        place = _PUBLIC if os.access(_PUBLIC, os.W_OK) else None
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="grade-canary-", dir=place)))
        folder.chmod(0o777)  # no more than the seal may stand between
        (folder / "secret").write_text(secret)
        (folder / "secret").chmod(0o666)
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        abstract = stack.enter_context(socket.socket(socket.AF_UNIX))
        abstract.bind(f"\0{secrets.token_hex(8)}")
        abstract.listen()
        for each in (tcp, udp, abstract):
            each.setblocking(False)
        victim = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", "input()"],
                stdin=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"SECRET": secret},
            )
        )
        stack.callback(victim.kill)
        yield Baits(folder, secret, tcp, udp, abstract, victim)


async def _intrude(launcher: Launcher, baits: Baits) -> list[str]:
    heard = _Heard()
    files = {"intruder.py": _INTRUDER.read_bytes(), "baits.json": json.dumps(baits.described()).encode()}
    child = await launcher.start(Job("intruder.py", files, limits=Limits(processes=_PROCESSES)), heard)
    loop = asyncio.get_running_loop()
    with child.listener as listener:
        listener.setblocking(False)
        try:
            first, _ = await asyncio.wait_for(_visit(loop, listener, heard), _PATIENCE_S)
            broken = _looked_at(child)
            first.send(b".")
            second, _ = await asyncio.wait_for(_visit(loop, listener, heard), _PATIENCE_S)
            first.close()
            await asyncio.wait_for(asyncio.shield(heard.over), _PATIENCE_S)
        except (asyncio.TimeoutError, ConnectionError):
            child.kill("grader")
            await heard.over
            said = heard.output.decode("utf-8", "replace").strip().splitlines()[-1:]
            raise DoesNotHoldError(f"The canary did not come to its end ({' '.join(said) or 'silent'}).") from None
        with second:
            try:
                if await asyncio.wait_for(loop.sock_recv(second, 16), 2):
                    broken.append("speak after its end")
            except asyncio.TimeoutError:
                broken.append("leave a process behind")
            except ConnectionError:
                pass  # it was killed: so it should
    return broken + baits.taken(heard.output.decode("latin-1"))


async def _visit(
    loop: asyncio.AbstractEventLoop, listener: socket.socket, heard: _Heard
) -> tuple[socket.socket, bytes]:
    """Wait for a connection and its word, or for the program's end."""
    accepting = asyncio.ensure_future(loop.sock_accept(listener))
    waiting: list[asyncio.Future[Any]] = [accepting, heard.over]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    if not accepting.done():
        accepting.cancel()
        raise ConnectionError
    visitor, _ = accepting.result()
    return visitor, await loop.sock_recv(visitor, 16)


def _looked_at(child: Child) -> list[str]:
    """Look at the intruder's processes from outside, while it waits."""
    broken = []
    if not child.roots:
        return ["hide its processes from the grader"]
    processes = tree.descendants(*child.roots)
    if len(processes) > _PROCESSES + 3:
        broken.append(f"start {len(processes)} processes where {_PROCESSES} are allowed")
    status = _status(processes[-1])
    if status.get("Seccomp") != "2":
        broken.append("run without a seccomp filter")
    if status.get("NoNewPrivs") != "1" or int(status.get("CapEff", "1"), 16):
        broken.append("keep rights of the administrator, or get them back")
    if status.get("Uid", "0").split()[0] == "0":
        broken.append("run as root")
    return broken


def _status(pid: int) -> dict[str, str]:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return {}
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


async def _greed_is_stopped(launcher: Launcher) -> bool:
    heard = _Heard()
    limits = Limits(memory_bytes=_GREEDY_LIMIT_BYTES)
    child = await launcher.start(Job("greedy.py", {"greedy.py": _GREEDY.encode()}, limits=limits), heard)
    with child.listener:
        try:
            ended = await asyncio.wait_for(asyncio.shield(heard.over), 10)
        except asyncio.TimeoutError:
            child.kill("grader")
            await heard.over
            return False
    return ended.because == "memory"
