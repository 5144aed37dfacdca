"""Who can do nothing but sleep until long after its time is overdue at once; who may still be woken is not."""

from __future__ import annotations

import asyncio
import sys

import pytest

from grader.run.session import Runner
from grader.run.submission import Submission
from grader.sandbox.job import LaunchError, Limits
from grader.trace import Trace
from tests.batch import course

LIMIT_S = 120.0

ASLEEP = {
    "sleeps for an hour": "import time\ntime.sleep(3600)",
    "waits for a lock that it holds": "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()",
    "waits for an event": "import threading\nthreading.Event().wait(3600)",
    "a thread waits for work": "import queue, threading\nthreading.Thread(target=queue.Queue().get).start()",
    "sleeps in an event loop": "import asyncio\nasyncio.run(asyncio.sleep(3600))",
    "waits for a process that sleeps": "import subprocess\nsubprocess.run(['sleep', '3600'])",
    "waits for a pipe that nobody writes to": "import os\nr, w = os.pipe()\nos.read(r, 1)",
    "waits for an answer that it has not asked for": (
        "import os, socket\nhost, port = os.environ['ANTHROPIC_BASE_URL'].rpartition('/')[2].split(':')\n"
        "socket.create_connection((host, int(port))).recv(1)"
    ),
    "waits for a signal": "import signal\nsignal.pause()",
    "waits for a client": "import socket\ns = socket.socket(socket.AF_UNIX)\ns.bind('s')\ns.listen()\ns.accept()",
    "waits for a locked file": (
        "import fcntl\nfirst, second = open('f', 'w'), open('f', 'w')\nfcntl.flock(first, fcntl.LOCK_EX)\n"
        "fcntl.flock(second, fcntl.LOCK_EX)"
    ),
    "a process that left sleeps, too": (
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork():\n        os._exit(0)\ntime.sleep(3600)"
    ),
}
AWAKE = {
    "sleeps for a moment": "import time\ntime.sleep(1.5)\nprint('done')",
    "waits for a moment": "import threading\nthreading.Event().wait(1.5)\nprint('done')",
    "another thread wakes it": (
        "import threading\nevent = threading.Event()\nthreading.Timer(1.5, event.set).start()\n"
        "event.wait(3600)\nprint('done')"
    ),
    "a timer wakes it": (
        "import signal, time\nclass Up(Exception): pass\n"
        "def up(*_): raise Up\nsignal.signal(signal.SIGALRM, up)\nsignal.setitimer(signal.ITIMER_REAL, 1.5)\n"
        "try: time.sleep(3600)\nexcept Up: print('done')"
    ),
    "it waits for a timer's signal": (
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])\n"
        "signal.setitimer(signal.ITIMER_REAL, 1.5)\nsignal.sigwait([signal.SIGALRM])\nprint('done')"
    ),
    "a process that a timer ends": (
        "import subprocess, sys\n"
        "subprocess.run([sys.executable, '-c', 'import signal, time; signal.alarm(2); time.sleep(3600)'])\n"
        "print('done')"
    ),
    "its socket has a time-out": (
        "import socket, struct\na, b = socket.socketpair()\n"
        "a.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack('ll', 1, 500_000))\n"
        "try: a.recv(1)\nexcept BlockingIOError: print('done')"
    ),
    "a process writes to it": (
        "import subprocess\nprint(subprocess.check_output(['sh', '-c', 'sleep 1.5; echo done']).decode())"
    ),
    "a process that left wakes it": (
        "import os, signal, time\nclass Up(Exception): pass\ndef up(*_): raise Up\nsignal.signal(signal.SIGUSR1, up)\n"
        "me = os.getpid()\nif os.fork() == 0:\n    os.setsid()\n    if os.fork():\n        os._exit(0)\n"
        "    time.sleep(1.5)\n    os.kill(me, signal.SIGUSR1)\n    os._exit(0)\n"
        "try: time.sleep(3600)\nexcept Up: print('done')"
    ),
    "a descriptor that is a timer wakes it": (
        "import ctypes, os, struct\nc = ctypes.CDLL(None)\ntimer = c.timerfd_create(1, 0)\n"
        "c.timerfd_settime(timer, 0, struct.pack('qqqq', 0, 0, 1, 500_000_000), None)\n"
        "os.read(timer, 8)\nprint('done')"
    ),
}
ASKS_BESIDE = """
import threading, time
import anthropic

def ask():
    for text in ("One text.", "Another text.", "A third."):
        messages = [{"role": "user", "content": text}]
        anthropic.Anthropic().messages.count_tokens(model="claude-haiku-4-5", messages=messages)
        print("counted", flush=True)

threading.Thread(target=ask, daemon=True).start()
time.sleep(3600)
"""
SLEEPING_FUNCTION = "import time\n\n\ndef call_cost(i, o):\n    time.sleep(3600)\n"


@pytest.fixture(scope="module")
def traces() -> dict[str, Trace]:
    """Run all programs side by side in boxes of their own."""
    if not sys.platform.startswith("linux"):
        pytest.skip("asks the Linux kernel")
    from grader.sandbox.warm import WarmLauncher

    programs = {name: ("exercise1", source) for name, source in {**ASLEEP, **AWAKE}.items()}
    programs["functions"] = "exercise1", SLEEPING_FUNCTION
    programs["asks beside"] = "exercise2", ASKS_BESIDE

    async def scene() -> dict[str, Trace]:
        launcher = WarmLauncher("namespaces")
        try:
            await launcher.ready()
            runner = Runner(course(), launcher, Limits(time_s=LIMIT_S), 1)
            runs = []
            for name, (exercise, source) in programs.items():
                scenario = "functions" if name == "functions" else "recorded"
                submission = Submission("s", {f"{exercise}.py": source.encode()})
                runs.append(runner.run(course().exercise(exercise), scenario, submission))
            return dict(zip(programs, await asyncio.gather(*runs), strict=True))
        finally:
            await launcher.close()

    try:
        return asyncio.run(scene())
    except LaunchError as error:
        pytest.skip(f"no boxes here: {error}")


@pytest.mark.parametrize("name", [*ASLEEP, "functions", "asks beside"])
def test_a_program_that_can_only_sleep_is_overdue_before_its_time_is_up(name: str, traces: dict[str, Trace]) -> None:
    """The same end as at the limit, and long before it."""
    ended = traces[name].exit
    assert ended is not None
    assert (ended.because, ended.limit_s) == ("time", LIMIT_S)
    assert ended.at_s < LIMIT_S / 2


@pytest.mark.parametrize("name", AWAKE)
def test_a_program_that_may_still_be_woken_gets_its_time(name: str, traces: dict[str, Trace]) -> None:
    """Whatever wakes it: it ends by itself."""
    trace = traces[name]
    assert trace.exit is not None
    assert (trace.exit.because, trace.exit.status, trace.stdout.strip()) == ("itself", 0, b"done")


def test_nobody_is_overdue_for_sleeping_while_an_answer_is_owed(traces: dict[str, Trace]) -> None:
    """Three counts, each held until it is certain that the program can only wait."""
    assert traces["asks beside"].stdout.split() == [b"counted"] * 3
