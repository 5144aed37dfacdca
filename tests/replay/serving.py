"""A replay server for tests, on a loop of its own in a thread, so that a test may use plain blocking sockets."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from grader.fixtures.form import Fixture, load_fixture
from grader.progress import Progress
from grader.replay.gate import Because, Gate, OpenGate
from grader.replay.recorder import Recorder
from grader.replay.rules import Request
from grader.replay.script import Script, Streamed, Whole
from grader.replay.server import Claims, ReplayServer
from grader.screen import Screen
from grader.trace import AnyEvent, Exchange, Trace

FIXTURES = Path(__file__).parents[2] / "fixtures"
PRICES = {
    "claude-haiku-4-5": (Decimal("1.00"), Decimal("5.00")),
    "claude-sonnet-4-6": (Decimal("3.00"), Decimal("15.00")),
    "claude-opus-4-8": (Decimal("5.00"), Decimal("25.00")),
}
HEADERS = {"x-api-key": "dummy", "anthropic-version": "2026-10-21", "content-type": "application/json"}
PROMPT = "Explain in two sentences what a token is."


@cache
def loaded(name: str) -> Fixture:
    """A fixture of the course, read once."""
    return load_fixture(FIXTURES / f"{name}.yaml")


def fixture(name: str = "exercise1", **changes: Any) -> Fixture:
    """A fixture of the course, with some of its fields changed."""
    return Fixture(**{**vars(loaded(name)), **changes})


def script(name: str = "exercise1", *, seed: int = 4711, fixture_changes: Any = None, **options: Any) -> Script:
    """A script of one of the course's fixtures."""
    return Script(fixture(name, **(fixture_changes or {})), seed=seed, prices=PRICES, **options)


def body(prompt: Any = PROMPT, **fields: Any) -> dict[str, Any]:
    """The body of a message request."""
    messages = [{"role": "user", "content": prompt}]
    return {"model": "claude-haiku-4-5", "max_tokens": 2000, "messages": messages, **fields}


def message(asked: Script, prompt: Any = PROMPT, **fields: Any) -> Whole:
    """Ask a script for a plain message that is answered."""
    answer = asked.answer(Request("POST", "/v1/messages", HEADERS, body(prompt, **fields)))
    assert isinstance(answer, Whole)
    return answer


def stream(asked: Script, prompt: Any = PROMPT, **fields: Any) -> Streamed:
    """Ask a script for a streamed message."""
    answer = asked.answer(Request("POST", "/v1/messages", HEADERS, body(prompt, stream=True, **fields)))
    assert isinstance(answer, Streamed)
    return answer


def tokens(asked: Script, prompt: Any = PROMPT, **fields: Any) -> int:
    """Ask a script for a count."""
    counted = {k: v for k, v in body(prompt, **fields).items() if k != "max_tokens"}
    answer = asked.answer(Request("POST", "/v1/messages/count_tokens", HEADERS, counted))
    assert isinstance(answer, Whole) and answer.status == 200, answer
    return int(answer.body["input_tokens"])


class HeldGate(OpenGate):
    """A gate that opens when the test says so."""

    def __init__(self) -> None:
        self.stirs = 0
        self.asked = threading.Semaphore(0)  # released each time that something is held
        self._open = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def stirred(self) -> None:
        self.stirs += 1

    def let_pass(self) -> None:
        """Open the gate, from any thread, for good."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._open.set)

    async def piece_shown(self, progress: Progress) -> Because:
        await self._hold()
        return "waiting"

    async def program_waits(self, *, briefly: bool = False) -> None:
        await self._hold()

    async def _hold(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.asked.release()
        await self._open.wait()


@dataclass
class Replay:
    """A server under test, and what it wrote down."""

    port: int
    recorder: Recorder
    screen: Screen
    close: Callable[[], None]
    settle: Callable[[], None]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def events(self) -> list[AnyEvent]:
        self.settle()  # what has arrived here has been written down by the end of that turn of the server's loop
        return list(self.recorder.events)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        return Trace(exercise="exercise1", scenario="recorded", seed=0, events=tuple(self.events)).exchanges

    def connect(self) -> socket.socket:
        """A connection that a test must close."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def talk(self, sent: bytes) -> bytes:
        """Send bytes, the last of which ask to close, and read until the server closes."""
        with self.connect() as client:
            client.sendall(sent)
            return read_all(client)

    def ask(self, method: str, path: str, value: Any = None, headers: Mapping[str, str] = HEADERS) -> Answered:
        """Send one request on a connection of its own and read the whole answer."""
        return Answered.of(self.talk(request(method, path, value, {**headers, "connection": "close"})))


@dataclass(frozen=True)
class Answered:
    """An HTTP answer, read."""

    status: int
    headers: dict[str, str]
    body: bytes

    @classmethod
    def of(cls, data: bytes) -> Answered:
        head, _, rest = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines)}
        return cls(int(first.split()[1]), headers, _unchunked(rest) if "transfer-encoding" in headers else rest)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def _unchunked(data: bytes) -> bytes:
    whole = b""
    while data:
        size, _, data = data.partition(b"\r\n")
        whole += data[: int(size, 16)]
        data = data[int(size, 16) + 2 :]
    return whole


def request(method: str, path: str, value: Any = None, headers: Mapping[str, str] = HEADERS) -> bytes:
    """A request as bytes."""
    data = b"" if value is None else value if isinstance(value, bytes) else json.dumps(value).encode()
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1", *(f"{k}: {v}" for k, v in headers.items())]
    lines.append(f"content-length: {len(data)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def read_all(client: socket.socket) -> bytes:
    """Read until the server closes."""
    parts = []
    while part := client.recv(65536):
        parts.append(part)
    return b"".join(parts)


def read_until(client: socket.socket, end: bytes) -> bytes:
    """Read until some bytes have come."""
    data = b""
    while end not in data:
        part = client.recv(65536)
        assert part, f"the server closed after {data!r}"
        data += part
    return data


@contextmanager
def serving(asked: Script | None = None, *, gate: Gate | None = None, claims: Claims | None = None) -> Iterator[Replay]:
    """Serve a script while the block runs; a fault of the server's own fails the test at the end."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    listening = socket.create_server(("127.0.0.1", 0), backlog=256)
    recorder, screen = Recorder(), Screen()

    async def start() -> ReplayServer:
        server = ReplayServer(asked or script(), recorder, gate or OpenGate(), screen, claims=claims)
        await server.serve(listening)
        return server

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(20)

    def close() -> None:
        asyncio.run_coroutine_threadsafe(server.close(), loop).result(20)

    def settle() -> None:
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result(20)

    try:
        yield Replay(listening.getsockname()[1], recorder, screen, close, settle)
        close()
    finally:
        with suppress(Exception):  # it has been raised once already
            close()
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
