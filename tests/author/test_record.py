"""Recording: a live run becomes a fixture that replays the same, costs what was agreed to, and holds no secret."""

from __future__ import annotations

import asyncio
import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from grader.author.live import Account
from grader.author.livegrading import grade_live
from grader.author.purse import Agree, Forecast, NotPaidFor, Purse, always
from grader.author.record import Recorded, record
from grader.author.recording import RecordingError
from grader.author.serving import fault_of, listen, script_of, serve
from grader.author.upstream import Upstream, UpstreamError
from grader.course import Course
from grader.fixtures import load_fixture
from grader.fixtures.form import Fault
from grader.replay.wire import to_json
from grader.run.session import Runner
from grader.run.submission import Submission
from grader.sandbox.job import Limits
from grader.sandbox.tiers import unsealed
from tests.author.copies import ROOT
from tests.replay.serving import fixture

COURSE = Course(ROOT / "course")
KEY = "sk-ant-api03-" + "planted" * 5
ORGANIZATION = "0a1b2c3d-0a1b-4c3d-8e9f-0a1b2c3d4e5f"


@contextmanager
def api(name: str = "exercise3", *faults: Fault, pace: float | None = None) -> Iterator[tuple[str, list[str]]]:
    """Our own replay server in the place of the real API; gives its address and its log."""
    script = script_of(COURSE, replace(fixture(name), faults=faults), seed=None)
    listener = listen(0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    log: list[str] = []
    loop = asyncio.new_event_loop()
    serving = loop.create_task(serve(script, listener, log.append, pace=pace))

    def turn() -> None:
        try:
            loop.run_until_complete(serving)
        except asyncio.CancelledError:
            pass
        finally:
            loop.close()

    thread = threading.Thread(target=turn)
    thread.start()
    try:
        yield url, log
    finally:
        loop.call_soon_threadsafe(serving.cancel)
        thread.join()


def account(url: str, cap_usd: str = "1", agree: Agree = always) -> Account:
    """An account at an address."""
    return Account(Upstream(url), KEY, Purse(COURSE.prices, Decimal(cap_usd), agree))


def recorded(source: str, at: Account, folder: Path) -> Recorded:
    """Record a program."""
    (folder / "program").mkdir()
    program = folder / "program" / "program.py"
    program.write_text(source, encoding="utf-8")

    async def run() -> Recorded:
        launcher = unsealed()
        try:
            return await record(COURSE, launcher, program, at, folder / "fixtures" / "new.yaml")
        finally:
            await launcher.close()

    return asyncio.run(run())


BOTH = """
import anthropic
client = anthropic.Anthropic(default_headers={"x-note": "KEY"})
messages = [{"role": "user", "content": "Tell me how a model writes, KEY, in five paragraphs please."}]
ask = dict(model="claude-haiku-4-5", max_tokens=1500, messages=messages)
print(client.messages.count_tokens(model="claude-haiku-4-5", messages=messages).input_tokens, "KEY")
client.messages.create(**ask)
with client.messages.stream(**ask) as stream:
    for text in stream.text_stream:
        print(text, end="", flush=True)
""".replace("KEY", KEY)
BREAKS = """
import anthropic
client = anthropic.Anthropic()
ask = dict(model="claude-haiku-4-5", max_tokens=1500, messages=[{"role": "user", "content": "Tell me something long."}])
try:
    with client.messages.stream(**ask) as stream:
        for text in stream.text_stream:
            pass
except Exception as error:
    print(type(error).__name__)
try:
    client.messages.create(**{**ask, "max_tokens": 0})
except anthropic.BadRequestError:
    print("refused")
"""


@pytest.mark.parametrize("status", [429, 529])
def test_a_recording_replays_the_same(tmp_path: Path, status: int) -> None:
    """A count, a call that is tried twice, a stream with its cuts: the replay differs in nothing."""
    fault = fault_of(f"on: messages, status: {status}, times: 2, retry_after_ms: 20")
    with api("exercise3", fault) as (url, _):
        done = recorded(BOTH, account(url), tmp_path)
    assert done.differs == ()
    count, plain, streamed = done.trace.exchanges
    assert count.counted_tokens and len(plain.attempts) == 3 and len(streamed.pieces) == 64
    fixture = load_fixture(done.path)
    assert fixture.streamed[0].pieces == load_fixture(COURSE.fixtures / "exercise3.yaml").streamed[0].pieces
    assert [(f.on, f.status, f.times) for f in fixture.faults] == [("messages", status, 2)]
    assert fixture.provenance.numbers == "recorded" and fixture.provenance.model == "claude-haiku-4-5"


@pytest.mark.parametrize("way, how", [("error_after_piece: 9", "error"), ("cut_after_piece: 9", "cut")])
def test_a_stream_that_breaks_off_is_recorded_as_it_was(tmp_path: Path, way: str, how: str) -> None:
    """The pieces that came, then the same end; the count that never came is not called recorded."""
    with api("exercise3", fault_of(f"on: stream, {way}")) as (url, _):
        done = recorded(BREAKS, account(url), tmp_path)
    assert done.differs == ()
    stream, refused = done.trace.messages
    assert stream.ended is not None and stream.ended.how == how and len(stream.pieces) == 9
    assert refused.status == 400
    (exchange,) = load_fixture(done.path).streamed
    assert exchange.provenance is not None and exchange.provenance.numbers == "authored"


def test_keys_are_in_no_file_and_the_program_never_holds_the_real_one(tmp_path: Path) -> None:
    """Planted in a header, a prompt and the output, a key is in nothing that was written."""
    with api() as (url, _):
        done = recorded(BOTH + "\nimport os; print(os.environ)\n", account(url), tmp_path)
    written = [path for path in (tmp_path / "fixtures").iterdir() if path.is_file()]
    assert len(written) == 2  # the fixture and its bank
    assert all(KEY not in path.read_text(encoding="utf-8") for path in written)
    from grader.trace import dump

    assert "planted" not in dump(done.trace)


def answers_with(content: str, encoding: str = "") -> Callable[[socket.socket], None]:
    """An API that counts ten tokens and answers everything else with one text."""

    def serve_one(client: socket.socket) -> None:
        data = b""
        while b"\r\n\r\n" not in data:
            data += client.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        length = int(next(x.split(b":")[1] for x in head.split(b"\r\n") if x.lower().startswith(b"content-length")))
        while len(body) < length:
            body += client.recv(65536)
        usage = {"input_tokens": 10, "output_tokens": 7}
        answer = {"input_tokens": 10}
        if b"count_tokens" not in head.split(b"\r\n")[0]:
            answer = {"type": "message", "id": "msg_1", "role": "assistant", "model": "claude-haiku-4-5"}
            answer |= {"content": [{"type": "text", "text": content}], "stop_reason": "end_turn", "usage": usage}
        raw = to_json(answer)
        marks = f"anthropic-organization-id: {ORGANIZATION}\r\nset-cookie: _cfuvid=secret-cookie\r\n"
        if encoding:
            raw = gzip.compress(raw)
            marks += "content-encoding: gzip\r\n"
        headers = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{marks}content-length: {len(raw)}\r\n\r\n"
        client.sendall(headers.encode() + raw)
        client.close()

    return serve_one


@contextmanager
def plain_api(serve_one: Callable[[socket.socket], None]) -> Iterator[str]:
    """A small API of plain sockets."""
    listener = listen(0)

    def turn() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            serve_one(client)

    thread = threading.Thread(target=turn)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


ONE = """
import anthropic
reply = anthropic.Anthropic().messages.create(
    model="claude-haiku-4-5",
    max_tokens=100,
    messages=[{"role": "user", "content": "Say something, please, of any kind."}],
)
print(reply.content[0].text)
"""


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_what_the_api_says_of_an_account_is_taken_out(tmp_path: Path, encoding: str) -> None:
    """Keys, organisations and cookies in an answer's headers and text are in no fixture; gzip is undone."""
    with plain_api(answers_with(f"Well: {KEY} of {ORGANIZATION}, _cfuvid=secret-cookie.", encoding)) as url:
        done = recorded(ONE, account(url), tmp_path)
    text = done.path.read_text(encoding="utf-8")
    assert "Well: [key removed] of [account removed], [cookie removed]" in text
    assert not any(secret in text for secret in (KEY, ORGANIZATION, "secret-cookie"))
    assert done.differs == ()


# ---------------------------------------------------------------- money


def test_nothing_is_sent_that_is_not_agreed_to(tmp_path: Path) -> None:
    """The forecast is the counted input and all of max_tokens; with a no, no message leaves, and that is a fault."""
    asked: list[Forecast] = []

    async def no(forecast: Forecast) -> bool:
        asked.append(forecast)
        return False

    with api("exercise1") as (url, log), pytest.raises(NotPaidFor, match="You said no"):
        recorded(ONE, account(url, agree=no), tmp_path)
    (forecast,) = asked
    assert forecast.max_tokens == 100
    assert forecast.most_usd == (forecast.input_tokens * 1 + 100 * 5) / Decimal(1_000_000)
    assert not any("POST /v1/messages  " in line for line in log)
    assert not (tmp_path / "fixtures" / "new.yaml").exists()


def test_the_cap_holds_over_all_requests_of_a_run() -> None:
    """What is on its way counts, what was not used is given back."""
    purse = Purse(COURSE.prices, Decimal("0.001"), always)

    async def run() -> None:
        first = await purse.take("claude-haiku-4-5", 100, 100)  # $0.0006 at most
        with pytest.raises(NotPaidFor, match="cap"):
            await purse.take("claude-haiku-4-5", 100, 100)
        purse.settle(first, "claude-haiku-4-5", (100, 10))
        assert purse.spent_usd == Decimal("0.00015")
        await purse.take("claude-haiku-4-5-20251001", 100, 100)
        with pytest.raises(NotPaidFor, match="no price"):
            await purse.take("claude-opus-5", 1, 1)

    asyncio.run(run())


LEAVES = """
import anthropic
client = anthropic.Anthropic()
ask = dict(model="claude-haiku-4-5", max_tokens=1500, messages=[{"role": "user", "content": "Tell me something long."}])
with client.messages.stream(**ask) as stream:
    for text in stream.text_stream:
        break
"""


def test_a_stream_that_was_left_counts_as_paid_for_in_full(tmp_path: Path) -> None:
    """What it cost is not told then, so the cap takes the most that it can have cost."""
    asked: list[Forecast] = []

    async def yes(forecast: Forecast) -> bool:
        asked.append(forecast)
        return True

    with api("exercise3") as (url, _), pytest.raises(RecordingError, match="left the stream"):
        at = account(url, agree=yes)
        recorded(LEAVES, at, tmp_path)
    assert at.purse.spent_usd == asked[0].most_usd > 0


# ---------------------------------------------------------------- live grading


def graded_live(name: str, source: Path, url: str, cap_usd: str = "1") -> object:
    """Grade a program against an address."""

    async def run() -> object:
        launcher = unsealed()
        try:
            runner = Runner(COURSE, launcher, Limits(), 1)
            files = {f"{name}.py": source.read_bytes()}
            return (
                await grade_live(runner, [name], Submission("live", files), account(url, cap_usd))
            ).report.exercises[0]
        finally:
            await launcher.close()

    return asyncio.run(run())


@pytest.mark.linux
def test_live_runs_are_judged_by_the_same_checks() -> None:
    """A solution passes; a program that does not flush is seen not to, through the proxy."""
    with api("exercise3") as (url, _):
        good = graded_live("exercise3", ROOT / "course" / "exercise3" / "solution.py", url)
    with api("exercise3") as (url, _):
        bad = graded_live("exercise3", ROOT / "course" / "exercise3" / "mistakes" / "not-flushed.py", url)
    assert good.score == good.max_score  # type: ignore[attr-defined]
    failed = {check.name: check.misconception for check in bad.checks if check.outcome == "failed"}  # type: ignore[attr-defined]
    assert failed == {"streams_progressively": "not-flushed"}


def test_a_cap_reached_or_an_api_away_is_no_fault_of_the_student() -> None:
    """Nothing is judged then, and the report says why."""
    source = ROOT / "course" / "exercise1" / "solution.py"
    with api("exercise1") as (url, _):
        capped = graded_live("exercise1", source, url, cap_usd="0.0001")
    gone = graded_live("exercise1", source, url)
    for report, said in ((capped, "--cap"), (gone, "cannot be reached")):
        assert report.outcome == "error" and said in report.fault  # type: ignore[attr-defined]


# ---------------------------------------------------------------- what cannot be recorded


def test_what_is_no_address_is_told() -> None:
    """An upstream is an http or https address."""
    with pytest.raises(UpstreamError, match="is no address"):
        Upstream("api.anthropic.com")


def test_a_run_without_an_answer_is_no_recording(tmp_path: Path) -> None:
    """A program that asks nothing gives no fixture."""
    with api("exercise1") as (url, _), pytest.raises(RecordingError, match="nothing to record"):
        recorded("print('hello')\n", account(url), tmp_path)
