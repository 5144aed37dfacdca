# ruff: noqa: E501  (a program of one line is easier to read than one folded)
"""Hostile programs in the strongest box: each attempt fails inside, and succeeds when its layer is switched off.

Every case prints `done` when it got what it wanted. `layers` are those that hold it back together: without them all
it must be done, or the case would prove nothing.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import grader
from grader.sandbox.job import MB, Limits
from tests.sandbox.running import Ran

pytestmark = pytest.mark.linux
Run = Callable[..., Ran]
ROOT = Path(grader.__file__).parents[1]
PUBLIC = "/var/tmp"  # a folder that everybody may write to, and that is not a box's own /tmp


@dataclass(frozen=True)
class Place:
    """What lies about on the machine for a program to go for."""

    folder: Path
    tcp: socket.socket
    udp: socket.socket
    abstract: str
    path: str
    victim: subprocess.Popen[bytes]

    def names(self) -> dict[str, object]:
        return {
            "FOLDER": str(self.folder),
            "SECRET": str(self.folder / "secret"),
            "TCP": self.tcp.getsockname()[1],
            "UDP": self.udp.getsockname()[1],
            "ABSTRACT": self.abstract,
            "PATH": self.path,
            "VICTIM": self.victim.pid,
            "GRADER": os.getpid(),
            "ROOT": str(ROOT),
        }


def lay_out() -> Iterator[Place]:
    """Put the baits out, and take them away again."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=PUBLIC)))
        folder.chmod(0o777)
        (folder / "secret").write_text("the secret")
        (folder / "secret").chmod(0o666)
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        abstract = stack.enter_context(socket.socket(socket.AF_UNIX))
        abstract.bind(f"\0test-{os.getpid()}")
        abstract.listen()
        local = stack.enter_context(socket.socket(socket.AF_UNIX))
        local.bind(str(folder / "socket"))
        (folder / "socket").chmod(0o777)
        local.listen()
        victim = stack.enter_context(
            subprocess.Popen([sys.executable, "-I", "-S", "-c", "input()"], stdin=subprocess.PIPE, stderr=-3)
        )
        stack.callback(victim.kill)
        yield Place(folder, tcp, udp, f"\0test-{os.getpid()}", str(folder / "socket"), victim)


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    yield from lay_out()


@dataclass(frozen=True)
class Attempt:
    """A program that prints `done` when it succeeds, and the layers that hold it back."""

    source: str
    layers: tuple[str, ...] = ()  # () where the kernel itself holds it back, whatever we do

    def program(self, place: Place) -> str:
        names = "".join(f"{name} = {value!r}\n" for name, value in place.names().items())
        return f"import os, socket, signal, sys, time, resource, ctypes\n{names}{self.source}"


def _calling(number: str, *arguments: str) -> str:
    """A system call made by number; done when it does not fail."""
    return f"""
libc = ctypes.CDLL(None, use_errno=True)
if libc.syscall({number}, {", ".join(arguments)}) >= 0: print("done")
"""


BOTH = ("mounts", "landlock")
READING = {
    "a file that everybody may read": Attempt("if open(SECRET).read(): print('done')", BOTH),
    "its existence": Attempt("if os.path.exists(SECRET): print('done')", ("mounts",)),
    "the list of a folder": Attempt("if os.listdir(FOLDER): print('done')", BOTH),
    "the grader's sources": Attempt("if open(ROOT + '/grader/sandbox/job.py').read(): print('done')"),
    "the solutions": Attempt("if open(ROOT + '/course/exercise1/solution.py').read(): print('done')"),
    "the fixtures": Attempt("if os.listdir(ROOT + '/fixtures'): print('done')"),
    "the homes": Attempt("if os.listdir('/home') or os.listdir('/root'): print('done')"),
    "the passwords": Attempt("if open('/etc/shadow').read(): print('done')"),
    "the environment of process 1": Attempt("if open('/proc/1/environ').read(): print('done')", ("landlock",)),
    "the memory of process 1": Attempt("open('/proc/1/mem', 'rb')\nprint('done')", ("landlock",)),
    "the descriptors of process 1": Attempt("os.listdir('/proc/1/fd')\nprint('done')", ("landlock",)),
    "the grader's process": Attempt("if open(f'/proc/{GRADER}/cmdline').read(): print('done')"),
    "the machine's disks": Attempt(
        "if any(n.startswith(('vd', 'sd', 'nvme')) for n in os.listdir('/dev')): print('done')"
    ),
    "the kernel's messages": Attempt(_calling("103", "3", "None", "0")),
}
WRITING = {
    "into a folder that everybody may write to": Attempt(
        "open(FOLDER + '/planted', 'w').write('x')\nos.unlink(FOLDER + '/planted')\nprint('done')", BOTH
    ),
    "through a link": Attempt(
        "os.symlink(FOLDER, 'link')\nopen('link/planted', 'w').write('x')\nos.unlink('link/planted')\nprint('done')",
        BOTH,
    ),
    "into the root folder": Attempt("open('/planted', 'w')\nprint('done')"),
    "into the SDK": Attempt("import anthropic\nopen(anthropic.__file__, 'a').write('')\nprint('done')"),
    "into the interpreter": Attempt("open(sys.executable, 'ab')\nprint('done')"),
    "the modes of the interpreter": Attempt("os.chmod(os.path.dirname(os.__file__), 0o777)\nprint('done')"),
    "a device": Attempt("os.mknod('disk', 0o60600, os.makedev(8, 0))\nopen('disk', 'rb')\nprint('done')"),
    "settings of the kernel": Attempt("open('/proc/sys/kernel/core_pattern', 'w').write('x')\nprint('done')"),
    "its own out-of-memory score down": Attempt("open('/proc/self/oom_score_adj', 'w').write('-1000')\nprint('done')"),
    "a large file": Attempt("open('a', 'wb').write(bytes(17 << 20))\nprint('done')", ("rlimits",)),
    "many large files": Attempt(
        "for n in range(6): open(f'{n}', 'wb').write(bytes(15 << 20))\nprint('done')", ("mounts",)
    ),
    "many files": Attempt("for n in range(9000): open(f'{n}', 'w').close()\nprint('done')", ("mounts",)),
    "much shared memory": Attempt(
        "try:\n    for n in range(3): open(f'/dev/shm/{n}', 'xb').write(bytes(15 << 20))\n    print('done')\nfinally:\n    for n in range(3): os.unlink(f'/dev/shm/{n}')",
        ("mounts",),
    ),
}
NETWORK = {
    "another loopback port": Attempt(
        "socket.create_connection(('127.0.0.1', TCP), 2)\nprint('done')", ("network", "landlock")
    ),
    "a datagram to loopback": Attempt(
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.connect(('127.0.0.1', UDP))\ns.send(b'x')\n"
        "try: s.recv(1, socket.MSG_DONTWAIT)\nexcept BlockingIOError: print('done')\n",
        ("network",),
    ),
    "the internet": Attempt("socket.create_connection(('1.1.1.1', 80), 2)\nprint('done')"),
    "the cloud's metadata": Attempt("socket.create_connection(('169.254.169.254', 80), 2)\nprint('done')"),
    "a name": Attempt("if socket.getaddrinfo('example.com', 80): print('done')"),
    "an abstract socket": Attempt(
        "socket.socket(socket.AF_UNIX).connect(ABSTRACT)\nprint('done')", ("network", "landlock")
    ),
    "a socket by path": Attempt("socket.socket(socket.AF_UNIX).connect(PATH)\nprint('done')", ("mounts",)),
    "a port of its own": Attempt("s = socket.create_server(('127.0.0.1', 0))\nprint('done')", ("landlock",)),
    "the kernel (netlink)": Attempt(
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)\nprint('done')", ("seccomp",)
    ),
    "the machine below (vsock)": Attempt("socket.socket(40, socket.SOCK_STREAM)\nprint('done')", ("seccomp",)),
    "raw packets": Attempt("socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)\nprint('done')"),
    "packets": Attempt("socket.socket(socket.AF_PACKET, socket.SOCK_RAW)\nprint('done')"),
}
PROCESSES = {
    "kill another process": Attempt("os.kill(VICTIM, signal.SIGKILL)\nprint('done')"),
    "stop its own init": Attempt(
        "os.kill(1, signal.SIGKILL)\ntime.sleep(.2)\nprint('done' if os.getppid() != 1 else '')"
    ),
    "trace another": Attempt(
        "pid = os.fork()\nif pid == 0: time.sleep(9)\n" + _calling("101", "16", "pid", "0", "0"), ("seccomp",)
    ),
    "new namespaces": Attempt(_calling("272", "0x10000000"), ("seccomp",)),
    "new namespaces by clone": Attempt(_calling("56", "0x10000000 | 17", "0", "0", "0", "0"), ("seccomp",)),
    "new namespaces by clone3": Attempt(
        "import struct\nargs = struct.pack('QQQQQQQQ', 0x10000000, 0, 0, 0, 17, 0, 0, 0)\n"
        + _calling("435", "args", "64"),
        ("seccomp",),
    ),
    "a child for the grader": Attempt(  # a thread without shared handlers is EINVAL: it shows that the kernel was asked
        "libc = ctypes.CDLL(None, use_errno=True)\nlibc.syscall(56, 0x8000 | 0x10000, 0, 0, 0, 0)\n"
        "if ctypes.get_errno() == 22: print('done')",
        ("seccomp",),
    ),
    "io_uring": Attempt(_calling("425", "1", "bytes(120)")),
    "bpf": Attempt(_calling("321", "0", "bytes(64)", "64")),
    "a memory file": Attempt("os.memfd_create('x')\nprint('done')", ("seccomp",)),
    "shared memory of System V": Attempt(_calling("29", "0", "4096", "0o1600"), ("seccomp",)),
    "keys": Attempt(_calling("250", "0", "-3", "0"), ("seccomp",)),
    "a mount": Attempt(
        "libc = ctypes.CDLL(None)\nif libc.mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0: print('done')"
    ),
    "root": Attempt("os.setuid(0)\nprint('done')"),
    "the hostname": Attempt("socket.sethostname('x')\nprint('done')"),
    "the clock": Attempt("time.clock_settime(time.CLOCK_REALTIME, 0)\nprint('done')"),
    "a higher priority": Attempt("os.nice(-5)\nprint('done')"),
    "higher limits": Attempt(
        "resource.setrlimit(resource.RLIMIT_NOFILE, (9999, 9999))\nprint('done')",
    ),
    "many processes": Attempt(
        "pids = []\ntry:\n    for _ in range(100):\n        pid = os.fork()\n        if pid == 0: time.sleep(60)\n        pids.append(pid)\n"
        "    print('done')\nfinally:\n    for pid in pids: os.kill(pid, 9)",
        ("rlimits",),
    ),
    "many threads": Attempt(
        "import threading\ngo = threading.Event()\ntry:\n    for _ in range(100): threading.Thread(target=go.wait, daemon=True).start()\n"
        "    print('done')\nfinally: go.set()",
        ("rlimits",),
    ),
    "many descriptors": Attempt("kept = [os.dup(0) for _ in range(400)]\nprint('done')", ("rlimits",)),
    "much memory": Attempt("x = bytearray(1500 << 20)\nprint('done')", ("rlimits", "memory")),
    "a core file": Attempt("if resource.getrlimit(resource.RLIMIT_CORE)[1]: print('done')", ("rlimits",)),
}
ATTEMPTS = {
    f"{kind}: {name}": attempt
    for kind, attempts in (("read", READING), ("write", WRITING), ("reach", NETWORK), ("get", PROCESSES))
    for name, attempt in attempts.items()
}


def done(ran: Ran) -> bool:
    return "done" in ran.stdout.split()


@pytest.mark.parametrize("without", [(), *sorted({attempt.layers for attempt in ATTEMPTS.values() if attempt.layers})])
def test_an_innocent_program_is_done(run: Run, place: Place, without: tuple[str, ...]) -> None:
    """What every attempt begins with works, so a failed attempt says something."""
    assert done(run("namespaces", Attempt("print('done')").program(place), without=without))


@pytest.mark.parametrize("name", ATTEMPTS)
def test_the_box_contains(run: Run, place: Place, name: str) -> None:
    """The attempt fails, and nothing outside has changed."""
    ran = run("namespaces", ATTEMPTS[name].program(place))
    assert not done(ran), ran
    assert ran.ended.because == "itself", ran
    assert place.victim.poll() is None
    assert sorted(os.listdir(place.folder)) == ["secret", "socket"]
    assert (place.folder / "secret").read_text() == "the secret"


@pytest.mark.parametrize("name", [name for name, attempt in ATTEMPTS.items() if attempt.layers])
def test_the_layer_is_what_contains_it(run: Run, place: Place, name: str) -> None:
    """The same attempt succeeds when the layers that hold it back are switched off."""
    attempt = ATTEMPTS[name]
    limits = Limits(memory_bytes=2048 * MB) if "memory" in attempt.layers else None
    ran = run("namespaces", attempt.program(place), without=attempt.layers, limits=limits)
    assert done(ran), ran
