# ruff: noqa: E501  (a program of one line is easier to read than one folded)
"""The same program, started plainly and forked from the warm parent, sealed or not: nobody can tell the difference."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from tests.sandbox.running import Ran

pytestmark = pytest.mark.linux
Run = Callable[..., Ran]

PROGRAMS: dict[str, str | bytes] = {
    "ends": "print('x')",
    "exits with text": "import sys; print('x'); sys.exit('text')",
    "exits with a large status": "raise SystemExit(263)",
    "exits with none": "raise SystemExit",
    "raises": "def f():\n    raise ValueError('x')\nf()",
    "raises in the handler of another": "try:\n    1/0\nexcept ZeroDivisionError:\n    {}['x']",
    "interrupts itself": "import os, signal, time\nos.kill(os.getpid(), signal.SIGTERM)\ntime.sleep(9)",
    "segfaults": "import os; os.kill(os.getpid(), 11)",
    "aborts": "import os; os.abort()",
    "overflows the stack": "def f(): return f()\nf()",
    "leaves at once": "import os; print('lost', end=''); os._exit(3)",
    "registers an exit handler": "import atexit\natexit.register(print, 'bye')\nprint('x')",
    "raises in an exit handler": "import atexit\natexit.register(lambda: 1/0)\nprint('x')",
    "leaves a thread": "import threading, time\nthreading.Thread(target=lambda: (time.sleep(.05), print('t'))).start()",
    "leaves a daemon thread": "import threading, time\nthreading.Thread(target=lambda: time.sleep(9), daemon=True).start()",
    "deletes": "class A:\n    def __del__(self): print('deleted')\na = A()",
    "replaces standard output": "import io, sys\nsys.stdout = io.StringIO()\nprint('lost')",
    "closes standard output": "import sys\nprint('x'); sys.stdout.close()",
    "closes descriptor 1": "import os\nprint('lost')\nos.close(1)",
    "starts a process": "import subprocess, sys\nprint(subprocess.run([sys.executable, '-c', 'print(5)'], capture_output=True, text=True).stdout)",
    "spawns": "import multiprocessing as m\ndef f(x): return x * 2\nif __name__ == '__main__':\n    with m.get_context('spawn').Pool(1) as p: print(p.map(f, [1, 2]))",
    "forks": "import multiprocessing as m\ndef f(x): return x * 2\nif __name__ == '__main__':\n    with m.get_context('fork').Pool(1) as p: print(p.map(f, [1, 2]))",
    "awaits": "import asyncio\nasync def main():\n    print(await asyncio.to_thread(lambda: 5))\nasyncio.run(main())",
    "pools threads": "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(8) as p: print(list(p.map(abs, range(9))))",
    "says who it is": "import sys, os\nprint(__name__, os.path.basename(__file__), sys.argv, sys.orig_argv[1:], sys.path[0] == os.getcwd(), os.path.isabs(__file__), __spec__, __package__, sys.flags)",
    "looks at its streams": "import sys\nfor s in (sys.stdin, sys.stdout, sys.stderr): print(s.name, s.mode, s.encoding, s.errors, s.line_buffering, s.write_through, s.isatty())\nprint(repr(sys.stdin.read()), sys.dont_write_bytecode)",
    "looks at its signals": "import signal\nprint([(s, str(signal.getsignal(s))) for s in (2, 13, 15, 17, 25)], signal.pthread_sigmask(0, []))",
    "looks at its descriptors": "import os\nprint(sorted(map(int, os.listdir('/proc/self/fd')))[:3], len(os.listdir('/proc/self/fd')))",
    "looks at its threads": "import threading, os\nprint(threading.active_count(), threading.current_thread().name, len(os.listdir('/proc/self/task')))",
    "looks for the grader": "import sys, gc\nprint([n for n in sys.modules if n.startswith(('grader', 'pyseccomp'))], [o for o in gc.get_objects() if type(o).__module__.startswith('grader')])",
    "looks at its environment": "import os\nprint(sorted(n for n in os.environ if n.startswith('PYTHON')), os.environ['ANTHROPIC_BASE_URL'][:17], os.environ['ANTHROPIC_API_KEY'][:12])",
    "asks a child for its environment": "import subprocess, sys\nprint(subprocess.run([sys.executable, '-c', 'import os; print(os.environ.get(\"PYTHONUNBUFFERED\"), os.environ[\"ANTHROPIC_BASE_URL\"][:17])'], capture_output=True, text=True).stdout)",
    "has a latin-1 comment": "import sys\n# für alle\nprint(1)\n".encode("latin-1"),
    "has a latin-1 comment in line 1": "# für alle\nprint(1)\n".encode("latin-1"),
    "has latin-1 text": 'print("é")'.encode("latin-1"),
    "has a latin-1 coding line": '# coding: latin-1\nprint("é")'.encode("latin-1"),
    "has a byte order mark": "\ufeffprint('é')".encode(),
    "has Windows line ends": b"x = '''a\r\nb'''\r\nprint(repr(x))\r\n",
    "has a syntax error": "print('x'\n",
    "mixes tabs and spaces": "if 1:\n\tx = 1\n        y = 2\n",
    "is empty": "",
    "writes to its folder": "import os\nopen('a.txt', 'w').write('x')\nprint(sorted(os.listdir('.')))",
    "opens standard output by name": "open('/dev/stdout', 'w').write('x')",
    "catches its own interrupt": "import os, signal\ntry:\n    os.kill(os.getpid(), signal.SIGINT)\n    signal.pause()\nexcept KeyboardInterrupt: print('caught')",
    "writes to a closed pipe": "import os\nr, w = os.pipe()\nos.close(r)\ntry: os.write(w, b'x')\nexcept BrokenPipeError: print('EPIPE')",
    "pickles itself": "import pickle\nclass A: pass\nprint(type(pickle.loads(pickle.dumps(A()))) is A)",
}

# What Python says in C alone, when it reads a file or shuts down; the outcome is the same.
OTHER_WORDS = {"closes descriptor 1", "has latin-1 text", "has a latin-1 comment", "has a latin-1 comment in line 1"}


@pytest.mark.parametrize("seal", ["none", "namespaces"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_forked_program_says_and_ends_as_a_plain_one(run: Run, name: str, seal: str) -> None:
    """Output, error output and exit are those of a fresh interpreter."""
    plain, forked = run("plain", PROGRAMS[name]), run(seal, PROGRAMS[name])
    assert (forked.stdout, forked.ended) == (plain.stdout, plain.ended)
    if name not in OTHER_WORDS:
        assert forked.complaint() == plain.complaint()


def test_a_program_can_be_interrupted_where_the_grader_cannot(run: Run) -> None:
    """A shell has its jobs in the background ignore SIGINT, and what they start, too."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        ran = run("plain", PROGRAMS["catches its own interrupt"])
    finally:
        signal.signal(signal.SIGINT, before)
    assert ran.stdout == "caught\n"


SHADOWS = {
    "json.py": ("import json\nprint(json.mine)", b"mine = 5\n"),
    "anthropic.py": ("import anthropic\nprint(anthropic.mine)", b"mine = 5\n"),
    "typing.py": ("import typing\nprint(typing.mine)", b"mine = 5\n"),
    "httpx/__init__.py": ("import httpx\nprint(httpx.mine)", b"mine = 5\n"),
    "lib/anthropic.py": (
        "import sys\nsys.path.insert(0, 'lib')\nimport anthropic\nprint(anthropic.mine)",
        b"mine = 5\n",
    ),
    "exercise1/__init__.py": ("print(5)", b"print('the package')\n"),
    "sitecustomize.py": ("print(5)", b"print('customised')\n"),
    "usercustomize.py": ("print(5)", b"print('customised')\n"),
    "conftest.py": ("print(5)", b"print('conftest')\n"),
}


@pytest.mark.parametrize("seal", ["plain", "none", "namespaces"])
@pytest.mark.parametrize("name", SHADOWS)
def test_a_file_beside_the_exercise_is_what_plain_python_would_import(run: Run, name: str, seal: str) -> None:
    """A module that has a library's name wins as it does under plain Python, and others have no effect."""
    source, beside = SHADOWS[name]
    assert run(seal, source, {name: beside}).said == "5"


@pytest.mark.parametrize("seal", ["none", "namespaces"])
def test_planted_byte_code_never_replaces_the_source(run: Run, seal: str) -> None:
    """A __pycache__ in the submission does not travel."""
    files = {"mine.py": b"print('source')\n", "__pycache__/mine.cpython-311.pyc": b"planted", "a/__pycache__/x": b""}
    ran = run(seal, "import mine, os\nprint(os.path.exists('a'))", files)
    assert ran.said in ("source\nFalse", "source\nTrue")
    assert "planted" not in ran.stderr


@pytest.mark.parametrize("seal", ["none", "namespaces"])
def test_no_two_children_draw_the_same_random_numbers(run: Run, seal: str) -> None:
    """Each child has a seed of its own."""
    source = "import random, uuid, tempfile, os\nprint(random.random(), uuid.uuid4(), os.urandom(4).hex())"
    assert len({run(seal, source).said for _ in range(4)}) == 4


@pytest.mark.parametrize("seal", ["none", "namespaces"])
def test_a_daemon_dies_with_the_program_and_its_late_text_is_not_output(run: Run, seal: str) -> None:
    """A process that forked twice and left the session ends when the program does."""
    source = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(0.2)
        print("LATE", flush=True)
        time.sleep(60)
    os._exit(0)
os.wait()
print("x")
"""
    ran = run(seal, source)
    assert (ran.stdout, ran.ended.status) == ("x\n", 0)
