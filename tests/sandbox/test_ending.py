# ruff: noqa: E501  (a program of one line is easier to read than one folded)
"""How programs end that do not want to, and that nothing is left of them, whoever is killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.sandbox import tree
from grader.sandbox.job import MB, Child, Job, Limits
from tests.sandbox.conftest import Launchers
from tests.sandbox.running import Heard, Ran

pytestmark = pytest.mark.linux
Run = Callable[..., Ran]
SEALS = ["none", "namespaces"]
REPO = Path(__file__).parents[2]

STUBBORN = {
    "loops": "print('x', flush=True)\nwhile True: pass",
    "sleeps": "import time\nprint('x', flush=True)\ntime.sleep(99)",
    "stops itself": "import os, signal\nprint('x', flush=True)\nos.kill(os.getpid(), signal.SIGSTOP)",
    "ignores every signal": "import signal, time\nfor s in signal.valid_signals() - {9, 19}:\n    try: signal.signal(s, signal.SIG_IGN)\n"
    "    except OSError: pass\nprint('x', flush=True)\nwhile True: time.sleep(1)",
    "has children in other sessions": "import os, time\nfor _ in range(5):\n    if os.fork() == 0:\n        os.setsid()\n        if os.fork(): os._exit(0)\n"
    "        time.sleep(99)\nprint('x', flush=True)\ntime.sleep(99)",
    "reads what never comes": "import socket\nprint('x', flush=True)\na, b = socket.socketpair()\na.recv(1)",
}


@pytest.mark.parametrize("seal", SEALS)
@pytest.mark.parametrize("name", STUBBORN)
def test_a_program_that_does_not_end_is_killed(run: Run, name: str, seal: str) -> None:
    """Told to end it, the launcher ends all of it, and says why."""
    below: list[int] = []

    def end(child: Child, heard: Heard) -> None:
        below.extend(tree.descendants(*child.roots))
        child.kill("time")

    ran = run(seal, STUBBORN[name], meanwhile=end)
    assert (ran.stdout, ran.ended.because, ran.ended.signal) == ("x\n", "time", signal.SIGKILL)
    assert len(below) >= 2
    assert not [pid for pid in below if pid not in ran.roots and _alive(pid)]


@pytest.mark.parametrize("seal", SEALS)
def test_the_sum_of_memory_is_limited(run: Run, seal: str) -> None:
    """Several processes, each below the limit, are ended when they hold too much together."""
    source = """
import os, time
for _ in range(6):
    if os.fork() == 0:
        held = bytearray(60 << 20)
        for at in range(0, len(held), 4096): held[at] = 1
        time.sleep(60)
time.sleep(60)
"""
    ran = run(seal, source, limits=Limits(memory_bytes=200 * MB))
    assert ran.ended.because == "memory"


@pytest.mark.parametrize("seal", SEALS)
def test_shared_pages_count_once(run: Run, seal: str) -> None:
    """Many forked processes that share their pages are not taken for many times the memory."""
    source = """
import os, time
held = bytearray(100 << 20)
for at in range(0, len(held), 4096): held[at] = 1
children = []
for _ in range(8):
    if (pid := os.fork()) == 0:
        time.sleep(0.3)
        os._exit(0)
    children.append(pid)
for pid in children: os.waitpid(pid, 0)
print("x")
"""
    ran = run(seal, source, limits=Limits(memory_bytes=400 * MB))
    assert (ran.said, ran.ended.because) == ("x", "itself")


@pytest.mark.parametrize("seal", SEALS)
def test_the_grader_can_read_every_process_of_the_tree(run: Run, seal: str) -> None:
    """Whether a program waits for the network is asked of /proc; it answers for all threads, from outside."""
    calls: dict[int, str] = {}

    def look(child: Child, heard: Heard) -> None:
        for pid in tree.descendants(*child.roots):
            for thread in os.listdir(f"/proc/{pid}/task"):
                calls[int(thread)] = Path(f"/proc/{pid}/task/{thread}/syscall").read_text()
            assert "Pss:" in Path(f"/proc/{pid}/smaps_rollup").read_text()
            with open(f"/proc/{pid}/mem", "rb"):
                pass
        child.kill("grader")

    source = """
import subprocess, sys, threading, time
threading.Thread(target=lambda: time.sleep(60)).start()
child = subprocess.Popen([sys.executable, "-c", "print('x', flush=True); input()"], stdin=subprocess.PIPE)
child.wait()
"""
    run(seal, source, meanwhile=look)
    assert len(calls) >= 4


@pytest.mark.parametrize("seal", SEALS)
def test_nothing_is_left_behind(launchers: Launchers, run: Run, seal: str) -> None:
    """After runs of all kinds no descriptor, no folder and no mount remains here."""
    launchers.get(seal)
    run(seal, "print('x')")
    launchers.loop.run_until_complete(_quiet(launchers))

    def remains() -> tuple[set[str], set[str], str]:
        with open("/proc/self/mounts") as mounts:
            return set(os.listdir("/proc/self/fd")), set(_scratch_folders()), mounts.read()

    before = remains()
    for source in ("print('x')", "import os; os.abort()", "open('a', 'w'); import os; os.chmod('.', 0)", "1/0"):
        run(seal, source)
    launchers.loop.run_until_complete(_quiet(launchers))
    after = remains()
    assert (after[1], after[2]) == (before[1], before[2])
    assert len(after[0]) == len(before[0])


async def _quiet(launchers: Launchers) -> None:
    """Wait until every program and what was made for it is gone."""
    for launcher in launchers.made():
        for child in tuple(getattr(launcher, "_children", ())):
            await child.over.wait()


def _scratch_folders() -> list[str]:
    return [name for name in os.listdir(tempfile.gettempdir()) if name.startswith("grade-")]


@pytest.mark.parametrize("seal", SEALS)
def test_the_parent_is_replaced_after_its_runs(launchers: Launchers, seal: str) -> None:
    """A parent that has done its share retires when its last program ends, and another takes over."""
    from grader.sandbox.warm import WarmLauncher
    from tests.sandbox.running import ran

    async def both() -> tuple[str, str, set[int]]:
        launcher = WarmLauncher(seal, runs_per_parent=1)  # type: ignore[arg-type]
        parents = set()
        said = []
        for _ in range(2):
            await launcher.ready()
            parents.add(launcher.parent_pid)
            said.append((await ran(launcher, "print(hash('x'))")).said)
        await launcher.close()
        return said[0], said[1], parents

    first, second, parents = launchers.loop.run_until_complete(both())
    assert len(parents) == 2
    assert first != second  # a new parent, a new hash seed


@pytest.mark.parametrize("seal", SEALS)
@pytest.mark.parametrize("who", ["parent", "builder", "root", "program"])
def test_whoever_is_killed_takes_the_rest_along(launchers: Launchers, seal: str, who: str) -> None:
    """SIGKILL to any process in the chain ends the program, at a random moment, and the next run is a good one."""
    from tests.sandbox.running import ran

    if seal != "namespaces" and who == "builder":
        pytest.skip("there is none, or it is the root")
    draw = random.Random(f"{seal} {who}")
    rounds = 3 if who in ("parent", "builder") else 16

    async def kill_often() -> None:
        launcher = launchers_get
        for _ in range(rounds):
            heard = Heard()
            child = await launcher.start(Job("exercise1.py", {"exercise1.py": _CROWD}), heard)
            moment = draw.random() * 0.03
            with contextlib.closing(child.listener), contextlib.suppress(ProcessLookupError, IndexError):
                await asyncio.sleep(moment)  # the moment is what varies; nothing waits for it
                below = tree.descendants(*child.roots)
                victim = {
                    "parent": launcher.parent_pid,
                    "builder": _parent_of(child.roots[0]),
                    "root": child.roots[0],
                    "program": (*child.roots[1:], *_children(child.roots[0]), child.roots[0])[0],
                }[who]
                os.kill(victim, signal.SIGKILL)
                await asyncio.wait_for(heard.over.wait(), 20)
            await asyncio.wait_for(child.over.wait(), 20)  # type: ignore[attr-defined]
            await _all_gone([*child.roots, *below])
            if who in ("parent", "builder"):
                launcher._replace()  # type: ignore[attr-defined]
        assert (await ran(launcher, "print('x')")).said == "x"

    launchers_get = launchers.get(seal)
    launchers.loop.run_until_complete(kill_often())


_CROWD = textwrap.dedent("""
    import os, subprocess, sys, time
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0: time.sleep(60)
            os._exit(0)
    time.sleep(60)
""").encode()


def _children(pid: int) -> list[int]:
    """The oldest first."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


async def _all_gone(pids: list[int]) -> None:
    deadline = time.monotonic() + 10
    while alive := [pid for pid in pids if _alive(pid)]:
        assert time.monotonic() < deadline, f"still there: {alive}"
        for pid in pids:  # an orphan may have become ours, and a box lasts until its dead are taken leave of
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        await asyncio.sleep(0.002)  # polling for an end that no descriptor of ours tells


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


_GRADER = """
import asyncio, sys
from grader.sandbox.job import Job
from grader.sandbox.warm import WarmLauncher
from tests.sandbox.running import Heard

async def main():
    launcher = WarmLauncher(sys.argv[1])
    for _ in range(4):
        child = await launcher.start(Job("exercise1.py", {"exercise1.py": sys.stdin.buffer.read() if not _ else CODE}), Heard())
    print("running", flush=True)
    await asyncio.sleep(60)

CODE = b"import os, time\\nif os.fork() == 0: os.setsid()\\ntime.sleep(60)"
asyncio.run(main())
"""


def test_a_warm_parent_killed_while_it_warms_up_leaves_no_server() -> None:
    """The server of its first calls ends with it: nothing holds its standard output open any more."""
    source = """
import os
import anthropic
from grader.sandbox import warmup
anthropic.Anthropic = lambda **_: os.kill(os.getpid(), 9)
warmup.warm_up()
"""
    ran = subprocess.run([sys.executable, "-c", source], stdout=subprocess.PIPE, timeout=60, check=False)
    assert ran.returncode == -signal.SIGKILL


@pytest.mark.parametrize("seal", SEALS)
def test_the_grader_killed_leaves_nothing_running(seal: str) -> None:
    """SIGKILL to the grader ends every process below it, at whatever moment."""
    tree.adopt_orphans()  # so that whatever is left would become a child of ours
    for early in (False, True):
        grader = subprocess.Popen(
            [sys.executable, "-c", _GRADER, seal],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=REPO,
            env={**os.environ, "PYTHONPATH": str(REPO), "TMPDIR": tempfile.gettempdir()},
        )
        assert grader.stdin is not None and grader.stdout is not None
        with grader.stdin, grader.stdout:
            grader.stdin.write(_CROWD)
            grader.stdin.close()
            if not early:
                assert grader.stdout.readline() == b"running\n"
            below = tree.descendants(grader.pid)
            grader.kill()
        grader.wait()
        asyncio.run(_all_gone(below))
        for pid in below:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
    assert not _scratch_folders()
