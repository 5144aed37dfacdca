"""One run, end to end, with the plain launcher: what is written into the trace of small programs without the SDK."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable

import pytest

from grader.run.probe import probe_plan
from grader.run.session import RunFault, Runner
from grader.run.submission import Submission
from grader.sandbox.job import Child, Job, LaunchError, Limits, Observer
from grader.sandbox.plain import PlainChild, PlainLauncher
from grader.trace import NamesRead, OutputWritten, Trace, ValueReturned, dump, load
from tests.batch import course

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks the Linux kernel")


def run(
    source: str | bytes, scenario: str = "recorded", limits: Limits | None = None, exercise: str = "exercise1"
) -> Trace:
    """Run one program in a fresh interpreter."""
    content = source.encode() if isinstance(source, str) else source

    async def scene() -> Trace:
        launcher = PlainLauncher()
        try:
            runner = Runner(course(), launcher, limits or Limits(), 1)
            return await runner.run(course().exercise(exercise), scenario, Submission("s", {f"{exercise}.py": content}))
        finally:
            await launcher.close()

    return asyncio.run(scene())


def test_a_trace_holds_output_and_exit_in_order_and_survives_its_file() -> None:
    """What was printed, then how it ended; dumped and loaded it is the same."""
    trace = run("import sys\nprint('out')\nprint('err', file=sys.stderr)\nsys.exit(3)")
    assert trace.stdout.strip() == b"out"
    assert trace.stderr.strip() == b"err"
    assert trace.exit is not None and trace.exit.status == 3
    assert trace.events[-1] is trace.exit
    assert [event.seq for event in trace.events] == list(range(len(trace.events)))
    assert load(dump(trace)) == trace


def test_a_program_sees_a_plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No unbuffered output, no foreign key, no proxy; a dummy key and a loopback address; its own folder."""
    for name in ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "HTTP_PROXY", "OPENAI_API_KEY", "ANTHROPIC_LOG"):
        monkeypatch.setenv(name, "1")
    trace = run(
        "import os, sys\n"
        "print({n for n in os.environ if n.startswith(('PYTHON', 'ANTHROPIC')) or 'PROXY' in n or 'KEY' in n})\n"
        "print(sys.argv, sys.stdin.read() == '', sys.path[0] == os.getcwd(), __name__, sys.stdout.isatty())\n"
        "print(os.environ['ANTHROPIC_BASE_URL'].startswith('http://127.0.0.1:'), int(sys.dont_write_bytecode))\n"
    )
    names, manners, address = trace.stdout.decode().splitlines()
    assert eval(names) <= {
        "PYTHONUTF8",
        "PYTHONUSERBASE",
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_BASE_URL",
        "NO_PROXY",
    }
    assert manners == "['exercise1.py'] True True __main__ False"
    assert address == "True 0"


def test_a_program_that_hangs_is_ended_and_said_to_be_overdue() -> None:
    """Time is up: killed, with the limit that was in force; what was flushed is there."""
    trace = run("import time\nprint('here', flush=True)\nprint('lost')\ntime.sleep(600)", limits=Limits(time_s=1.0))
    assert trace.exit is not None
    assert (trace.exit.because, trace.exit.limit_s) == ("time", 1.0)
    assert trace.stdout.strip() == b"here"


COUNTING = """
import json, os, urllib.request

def count(text):
    body = {"model": "claude-haiku-4-5", "messages": [{"role": "user", "content": text}]}
    head = {"x-api-key": "k", "anthropic-version": "2023-06-01", "content-type": "application/json"}
    url = os.environ["ANTHROPIC_BASE_URL"] + "/v1/messages/count_tokens"
    request = urllib.request.Request(url, json.dumps(body).encode(), head)
    return urllib.request.urlopen(request).status

print(*(count(f"Text {n} of many.") for n in range(14)))
"""


def test_where_nobody_can_say_what_is_held_is_not_the_programs_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fourteen counts, each held for as long as a deadline, take more than the limit, and are all answered."""
    monkeypatch.setattr(PlainChild, "roots", ())
    trace = run(COUNTING, limits=Limits(time_s=2.5), exercise="exercise2")
    assert trace.stdout.split() == [b"200"] * 14
    assert trace.exit is not None and trace.exit.because == "itself"


POLLING = """
import json, os, socket, time

HEAD = [
    "POST /v1/messages/count_tokens HTTP/1.1", "host: x", "x-api-key: k", "anthropic-version: 2023-06-01",
    "content-type: application/json", "connection: close",
]

def count(text):
    host, _, port = os.environ["ANTHROPIC_BASE_URL"].rpartition("//")[2].partition(":")
    messages = [{"role": "user", "content": text}]
    body = json.dumps({"model": "claude-haiku-4-5", "messages": messages}).encode()
    s = socket.create_connection((host, int(port)))
    s.sendall("\\r\\n".join([*HEAD, f"content-length: {len(body)}", "", ""]).encode() + body)
    s.setblocking(False)
    while True:
        try:
            return s.recv(65536).split()[1]
        except BlockingIOError:
            time.sleep(0.01)

print(count("One text."), count("Another text."), count("A third."))
"""


@linux
def test_naps_in_which_a_program_asks_for_our_answer_are_not_its_time() -> None:
    """Three counts are held for a second each, until it is clear that the program polls: more than its limit."""
    trace = run(POLLING, limits=Limits(time_s=1.5), exercise="exercise2")
    assert trace.stdout.split() == [b"b'200'"] * 3
    assert trace.exit is not None
    assert trace.exit.because == "itself"


@linux
def test_naps_without_an_answer_that_is_owed_are_its_time() -> None:
    """Who naps for ever without having asked is overdue."""
    trace = run("import time\nwhile True: time.sleep(0.01)", limits=Limits(time_s=0.5))
    assert trace.exit is not None
    assert trace.exit.because == "time"


def test_a_flood_is_stopped_and_both_of_its_ends_are_kept() -> None:
    """The output limit ends the program; the trace holds the beginning, a word on what is left out, and the end."""
    trace = run("print('first')\nwhile True: print('x' * 60_000)", limits=Limits(output_bytes=4 << 20))
    assert trace.exit is not None and trace.exit.because == "output"
    assert trace.stdout.startswith(b"first")
    assert b"bytes left out]" in trace.stdout
    assert len(trace.stdout) < (1 << 20) + 100


def test_a_long_line_keeps_what_is_printed_after_it() -> None:
    """Ten megabytes in one line hide no number that follows."""
    trace = run("print('x' * 10_000_000)\nprint('cost: $0.000406')")
    assert trace.exit is not None and trace.exit.status == 0
    assert trace.stdout.rstrip().endswith(b"cost: $0.000406")


@linux
def test_what_a_daemon_prints_after_the_end_is_no_output() -> None:
    """A process that outlives the program is ended with it."""
    trace = run(
        "import os, sys, time\n"
        "print('mine', flush=True)\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0:\n"
        "        time.sleep(3)\n"
        "        print('late', flush=True)\n"
        "    os._exit(0)\n"
    )
    assert trace.stdout.strip() == b"mine"


@pytest.mark.parametrize(
    ("value", "claimed"),
    [
        ("0.5", {"type": "float", "value": "0.5"}),
        ("7", {"type": "int", "value": "7"}),
        ("True", {"type": "bool", "value": "True"}),
        ("None", {"type": "none", "value": None}),
        ("'0.5'", {"type": "text", "value": "0.5"}),
        ("float('nan')", {"type": "float", "value": "nan"}),
        ("__import__('decimal').Decimal('0.10')", {"type": "decimal", "value": "0.10"}),
        ("__import__('fractions').Fraction(1, 3)", {"type": "fraction", "value": "1/3"}),
        ("10 ** 5000", {"type": "int", "value": None, "digits": 5001}),
        ("object()", {"type": "other", "value": "object"}),
    ],
)
def test_a_returned_value_arrives_as_plain_data(value: str, claimed: dict[str, object]) -> None:
    """Each kind of value by its exact type."""
    trace = run(f"def call_cost(i, o): return {value}", Trace.FUNCTIONS)
    first = next(event for event in trace.events if isinstance(event, ValueReturned))
    assert dict(first.value) == claimed


EVIL = """
class Evil(float):
    def __repr__(self): raise SystemExit(9)
    def __eq__(self, other): return True
    def __float__(self): return 0.0
    def __reduce__(self): return (print, ('boo',))
    __ne__ = __bool__ = __str__ = __repr__
def call_cost(i, o): return Evil(0.25)
"""


def test_methods_of_a_returned_value_are_not_trusted() -> None:
    """A number that lies about itself is read as what it is."""
    trace = run(EVIL, Trace.FUNCTIONS)
    first = next(event for event in trace.events if isinstance(event, ValueReturned))
    assert dict(first.value) == {"type": "float", "value": "0.25"}


def test_what_an_import_raises_is_told_with_its_line_and_functions_before_it_are_called() -> None:
    """A script without a main guard that crashes still has its functions."""
    trace = run("def call_cost(i, o): return 1\n\n1 / 0\n", Trace.FUNCTIONS)
    names = next(event for event in trace.events if isinstance(event, NamesRead))
    assert names.raised == "ZeroDivisionError: division by zero"
    assert names.line == 3
    assert names.functions == ("call_cost",)
    assert any(isinstance(event, ValueReturned) for event in trace.events)


def test_a_function_that_the_module_offers_only_when_asked_is_called() -> None:
    """Any callable of the name will do, also one that a module's `__getattr__` makes."""
    trace = run(
        "def __getattr__(name):\n    if name == 'call_cost': return lambda i, o: 0.5\n    raise AttributeError(name)\n",
        Trace.FUNCTIONS,
    )
    first = next(event for event in trace.events if isinstance(event, ValueReturned))
    assert dict(first.value) == {"type": "float", "value": "0.5"}


def test_made_up_claims_of_a_program_are_no_events() -> None:
    """Outside of the probe nobody listens to claims."""
    trace = run(
        "import os, urllib.request\n"
        "u = os.environ['ANTHROPIC_BASE_URL'] + '/grader/claims'\n"
        "r = urllib.request.Request(u, b'{\"names\": {}, \"functions\": []}', {'content-type': 'application/json'})\n"
        "try: urllib.request.urlopen(r)\n"
        "except OSError as e: print(e)\n"
    )
    assert b"404" in trace.stdout or b"401" in trace.stdout
    assert not any(isinstance(event, NamesRead | ValueReturned) for event in trace.events)


FORGING = """
import json, os, urllib.request

def post(claim):
    url = os.environ["ANTHROPIC_BASE_URL"] + "/grader/claims"
    request = urllib.request.Request(url, json.dumps(claim).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(request)

right = {"type": "int", "value": "0"}
for number in (3, -1, 0, 0, True, None, 10**9):
    args = [{"type": "decimal", "value": "1e999999"}]  # makes whoever takes it for a count write a million digits
    post({"call": number, "function": "runs_per_dollar", "args": args, "value": right})
post({"value": right, "args": [0, 0], "function": "call_cost"})
post({"names": {}, "functions": [], "raised": None, "line": None})
"""


def test_what_was_called_is_the_plans_to_say() -> None:
    """A claim gives the value that came back from the next call: no other call, no other arguments, none twice."""
    trace = run(FORGING + "\ndef call_cost(i, o): return 0.5\n", Trace.FUNCTIONS)
    plan = probe_plan(course().exercise("exercise1"), trace.seed)["calls"]
    values = [event for event in trace.events if isinstance(event, ValueReturned)]
    counted = [call for call in plan if call["function"] == "call_cost"]
    assert [(event.function, list(event.args)) for event in values if event.function == "call_cost"] == [
        (call["function"], call["args"]) for call in counted
    ]
    assert [dict(event.value)["value"] for event in values[: len(counted)]] == ["0", *["0.5"] * (len(counted) - 1)]
    assert len(values) == len(plan)
    assert sum(isinstance(event, NamesRead) for event in trace.events) == 1


def test_output_is_kept_byte_for_byte() -> None:
    """Invalid UTF-8, NUL and escapes are facts like any other."""
    trace = run(b"import os\nos.write(1, bytes(range(256)))")
    assert trace.stdout == bytes(range(256))
    assert all(isinstance(event, OutputWritten) for event in load(dump(trace)).events[:-1])


class BrokenLauncher:
    """A launcher that cannot keep its promise."""

    seal = "namespaces"

    async def start(self, job: Job, observer: Observer) -> Child:
        raise LaunchError("The program could not be sealed: no user namespaces.")

    async def close(self) -> None: ...


def test_a_failed_restriction_is_the_graders_fault() -> None:
    """No trace, so no grade."""
    runner = Runner(course(), BrokenLauncher(), Limits(), 1)  # type: ignore[arg-type]
    submission = Submission("s", {"exercise1.py": b""})
    with pytest.raises(RunFault, match="could not be sealed"):
        asyncio.run(runner.run(course().exercise("exercise1"), "recorded", submission))


MANNERS: dict[str, tuple[str, int, bytes]] = {
    "sys.exit text": ("import sys; sys.exit('bye')", 1, b""),
    "exit status beyond a byte": ("raise SystemExit(263)", 7, b""),
    "atexit": ("import atexit; atexit.register(print, 'last'); print('first')", 0, b"first\nlast\n"),
    "non-daemon thread": ("import threading; threading.Timer(0.05, print, ['late']).start()", 0, b"late\n"),
    "__del__": ("class C:\n def __del__(self): print('gone')\nc = C()", 0, b"gone\n"),
    "os._exit": ("import os; print('lost'); os._exit(0)", 0, b""),
    "replaced ctypes": ("import sys, types; sys.modules['ctypes'] = types; print('done')", 0, b"done\n"),
    "replaced stdout": ("import io, sys; sys.stdout = io.StringIO(); print('hidden')", 0, b""),
}


@pytest.fixture(params=["plain", "warm"])
def launched(request: pytest.FixtureRequest) -> Callable[[str], Trace]:
    """Run a program by either launcher."""
    if request.param == "plain":
        return run
    if not sys.platform.startswith("linux"):
        pytest.skip("the warm parent needs Linux")
    from grader.sandbox.warm import WarmLauncher

    def warm(source: str) -> Trace:
        async def scene() -> Trace:
            launcher = WarmLauncher("none")
            try:
                submission = Submission("s", {"exercise1.py": source.encode()})
                runner = Runner(course(), launcher, Limits(), 1)
                return await runner.run(course().exercise("exercise1"), "recorded", submission)
            finally:
                await launcher.close()

        return asyncio.run(scene())

    return warm


@pytest.mark.parametrize("name", MANNERS)
def test_a_program_ends_with_the_manners_of_a_plain_interpreter(name: str, launched: Callable[[str], Trace]) -> None:
    """The same exit status and the same output, forked or fresh."""
    source, status, out = MANNERS[name]
    trace = launched(source)
    assert trace.exit is not None
    assert (trace.exit.status, trace.stdout.replace(b"\r\n", b"\n")) == (status, out)
