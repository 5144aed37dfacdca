"""The replay server alone: real clients talk to it, planned faults fail them, and the log tells what it saw."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import anthropic
import pytest

from grader.author.serving import FIRST_S, TOKENS_A_SECOND, FaultError, fault_of, script_of, thinking_s
from grader.cli import main
from grader.course import Course
from grader.fixtures import load_fixture
from grader.replay.rules import Request
from tests.author.copies import ROOT
from tests.author.test_record import api
from tests.replay import sdk_matrix


def client(url: str, **options: object) -> anthropic.Anthropic:
    """The SDK's own client at an address."""
    return anthropic.Anthropic(base_url=url, api_key="anything", **options)  # type: ignore[arg-type]


def asks(text: str) -> dict[str, object]:
    """The arguments of a request."""
    return {"model": "claude-haiku-4-5", "max_tokens": 1500, "messages": [{"role": "user", "content": text}]}


def test_the_sdk_counts_calls_and_streams() -> None:
    """All three ways are answered, and each is one line of the log or two."""
    with api("exercise3") as (url, log), client(url) as sdk:
        question = asks("What does streaming change for the person who waits?")
        counted = {name: question[name] for name in ("model", "messages")}
        tokens = sdk.messages.count_tokens(**counted).input_tokens  # type: ignore[arg-type]
        reply = sdk.messages.create(**question)  # type: ignore[call-overload]
        with sdk.messages.stream(**question) as stream:  # type: ignore[arg-type]
            pieces = list(stream.text_stream)
    assert reply.usage.input_tokens == tokens and len(pieces) == 64
    said = "\n".join(log)
    assert f"{tokens} tokens" in said and f"{tokens} in, {reply.usage.output_tokens} out, end_turn" in said
    assert "the stream ends after 64 pieces (complete)" in said


def test_a_planned_fault_is_met_once_and_tried_again() -> None:
    """The SDK repeats the request; the log says which one it repeats."""
    with api("exercise1", fault_of("on: messages, status: 529, retry_after_ms: 10")) as (url, log), client(url) as sdk:
        sdk.messages.create(**asks("Which river is the longest one?"))  # type: ignore[call-overload]
    assert any("529  overloaded_error" in line for line in log)
    assert any("tries #1 again" in line for line in log)


@pytest.mark.parametrize("text", ["status: 529", "on: messages", "on: nothing, status: 529", "on: [", "529"])
def test_a_fault_that_is_none_is_told_in_one_line(text: str) -> None:
    """The form is that of a fixture's faults."""
    with pytest.raises(FaultError, match="Write it as in fixtures"):
        fault_of(text)


@pytest.mark.parametrize(
    "arguments",
    [["--fault", "on: messages"], ["--pace", "0"], ["--fixture", "no-such.yaml"], ["--port", "99999"]],
)
def test_a_wrong_command_line_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 2, and no server."""
    assert main(["serve", *arguments]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_a_natural_pace_makes_a_whole_answer_wait_for_all_its_words() -> None:
    """What a stream changes is when the first words come: at once, or with the last of them."""
    course = Course(ROOT / "course")
    script = script_of(course, load_fixture(course.fixtures / "exercise3.yaml"), seed=None)
    headers = {"x-api-key": "x", "anthropic-version": "2023-06-01"}

    def wait_s(**more: object) -> float:
        asked = {**asks("What does streaming change for the person who waits?"), **more}
        return thinking_s(script.answer(Request("POST", "/v1/messages", headers, asked)))

    assert wait_s(stream=True) == FIRST_S
    assert wait_s() == FIRST_S + 206 / TOKENS_A_SECOND
    assert wait_s(max_tokens=0) == 0 == thinking_s(None)


def test_a_paced_server_answers_as_any_other() -> None:
    """The same texts and counts, later; at a pace of 1000 nobody notices."""
    with api("exercise3", pace=1000) as (url, log), client(url) as sdk:
        question = asks("What does streaming change for the person who waits?")
        counted = {name: question[name] for name in ("model", "messages")}
        assert sdk.messages.count_tokens(**counted).input_tokens > 0  # type: ignore[arg-type]
        assert sdk.messages.create(**question).usage.output_tokens == 206  # type: ignore[call-overload]
        with sdk.messages.stream(**question) as stream:  # type: ignore[arg-type]
            assert len(list(stream.text_stream)) == 64
    assert any("the stream ends after 64 pieces (complete)" in line for line in log)


# ---------------------------------------------------------------- clients that nobody here wrote


def sdks() -> Path:
    """The folder with SDKs and clients (see tests/replay/sdk_matrix.py), skipped by name where there is none."""
    base = sdk_matrix.folder()
    if base is None:
        pytest.skip(f"{sdk_matrix.VARIABLE} names no folder with clients")
    return base


def python_of_clients() -> str:
    """The interpreter beside which LangChain and llm are installed."""
    base = sdks()
    if not sdk_matrix.has_clients(base):
        pytest.skip(f"{', '.join(sdk_matrix.CLIENTS)} are not installed in {sdk_matrix.VARIABLE}")
    return str(sdk_matrix.python_of_clients(base))


def output_of(command: list[str], url: str, folder: Path, **more: str) -> str:
    """Run a client against an address and give what it printed; a client that fails fails the test."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANTHROPIC", "PYTHON"))}
    environment = {**kept, "ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "anything", **more}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=folder, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "name, ways", [("messages", "plain"), ("messages_stream", "stream"), ("thinking_stream", "stream")]
)
def test_the_sdks_own_examples_talk_to_it(name: str, ways: str, tmp_path: Path) -> None:
    """Programs from the SDK's source package run as they are."""
    example = sdk_matrix.examples_of(sdks()) / f"{name}.py"
    if not example.is_file():
        pytest.skip(f"the Python SDK's example {name}.py is not in {sdk_matrix.VARIABLE}")
    with api("exercise3") as (url, log):
        said = output_of([sys.executable, str(example)], url, tmp_path)
    assert len(said) > 500
    assert any("pieces (complete)" in line for line in log) == (ways == "stream")
    assert not any(" 4" in line.split("  ")[0] for line in log)  # no request was refused


LANGCHAIN = """
import sys
from langchain_anthropic import ChatAnthropic
model = ChatAnthropic(model="claude-haiku-4-5", max_tokens=1500)
print(model.invoke("How does a model write?").usage_metadata["output_tokens"])
parts = [str(part.text) for part in model.stream("How does a model write?")]
print(len(parts), len("".join(parts)))
"""


def test_langchain_talks_to_it(tmp_path: Path) -> None:
    """A LangChain chat model calls and streams."""
    with api("exercise3") as (url, _):
        said = output_of([python_of_clients(), "-c", LANGCHAIN], url, tmp_path)
    tokens, parts, characters = map(int, said.split())
    assert tokens == 206 and parts >= 64 and characters > 1400


def test_llm_talks_to_it(tmp_path: Path) -> None:
    """The command-line tool `llm` with its Anthropic plugin streams an answer."""
    command = [python_of_clients(), "-m", "llm", "-m", "claude-haiku-4.5", "How does a model write?"]
    with api("exercise3") as (url, log):
        said = output_of(command, url, tmp_path, LLM_USER_PATH=str(tmp_path))
    assert len(said) > 500 and any("stream" in line for line in log)


def test_the_typescript_sdk_talks_to_it(tmp_path: Path) -> None:
    """The SDK for Node streams an answer."""
    node, base = shutil.which("node"), sdks()
    if node is None or not sdk_matrix.has_typescript(base):
        pytest.skip(f"node or the TypeScript SDK {sdk_matrix.TYPESCRIPT_SDK} is not installed in {sdk_matrix.VARIABLE}")
    (tmp_path / "node_modules").symlink_to(sdk_matrix.typescript_of(base) / "node_modules")
    program = tmp_path / "stream-once.mjs"
    program.write_text(
        "import Anthropic from '@anthropic-ai/sdk';\n"
        "const stream = new Anthropic().messages.stream({model: 'claude-haiku-4-5', max_tokens: 1500,\n"
        "  messages: [{role: 'user', content: 'How does a model write?'}]});\n"
        "let pieces = 0; stream.on('text', () => pieces++);\n"
        "const message = await stream.finalMessage();\n"
        "console.log(pieces, message.usage.output_tokens);\n",
        encoding="utf-8",
    )
    with api("exercise3") as (url, _):
        assert output_of([node, str(program)], url, tmp_path).split() == ["64", "294"]
