"""The replay server alone: real clients talk to it, planned faults fail them, and the log tells what it saw."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib import util
from pathlib import Path

import anthropic
import pytest

from grader.author.serving import FaultError, fault_of
from grader.cli import main
from tests.author.test_record import api


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
    assert reply.usage.input_tokens == tokens and len(pieces) == 115
    said = "\n".join(log)
    assert f"{tokens} tokens" in said and f"{tokens} in, {reply.usage.output_tokens} out, end_turn" in said
    assert "the stream ends after 115 pieces (complete)" in said


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


def test_langchain_talks_to_it() -> None:
    """A LangChain chat model calls and streams."""
    langchain = pytest.importorskip("langchain_anthropic", reason="langchain-anthropic is not installed")
    with api("exercise3") as (url, _):
        model = langchain.ChatAnthropic(model="claude-haiku-4-5", base_url=url, api_key="anything", max_tokens=1500)
        assert model.invoke("How does a model write?").usage_metadata["output_tokens"] == 206
        text = "".join(str(part.text) for part in model.stream("How does a model write?"))
    assert len(text) > 2000


def test_llm_talks_to_it(tmp_path: Path) -> None:
    """The command-line tool `llm` with its Anthropic plugin streams an answer."""
    if util.find_spec("llm") is None or util.find_spec("llm_anthropic") is None:
        pytest.skip("llm and llm-anthropic are not installed")
    with api("exercise3") as (url, log):
        environment = {
            **os.environ,
            "ANTHROPIC_BASE_URL": url,
            "ANTHROPIC_API_KEY": "x",
            "LLM_USER_PATH": str(tmp_path),
        }
        command = [sys.executable, "-m", "llm", "-m", "claude-haiku-4.5", "How does a model write?"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout) > 500 and any("stream" in line for line in log)


def test_the_typescript_sdk_talks_to_it(tmp_path: Path) -> None:
    """The SDK for Node streams an answer (where its package has been installed)."""
    node = shutil.which("node")
    package = os.environ.get("ANTHROPIC_TYPESCRIPT_SDK", "")
    if node is None or not package:
        pytest.skip("Node, or ANTHROPIC_TYPESCRIPT_SDK (the folder that holds its node_modules), is not there")
    program = Path(package) / "stream-once.mjs"
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
        environment = {**os.environ, "ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "x"}
        done = subprocess.run([node, str(program)], env=environment, capture_output=True, text=True, cwd=package)
    assert done.stdout.split() == ["115", "587"], done.stderr
