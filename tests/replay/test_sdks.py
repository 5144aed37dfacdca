"""The replay server and every generation of the official SDKs, each in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.fixtures.form import Fault
from tests.replay import sdk_matrix
from tests.replay.serving import Replay, script, serving

CLIENTS = Path(__file__).parent / "clients"
RETRIED_ONCE = (Fault(on="messages", status=529, retry_after_ms=1),)


def run(command: list[str], replay: Replay, **variables: str) -> dict[str, Any]:
    """Run a client against the server and give what it printed."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT", "TEMP") if name in os.environ}
    environment = {**kept, **variables, "ANTHROPIC_BASE_URL": replay.url, "ANTHROPIC_API_KEY": "dummy", "NO_PROXY": "*"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def folder() -> Path:
    """The folder with the SDKs; skip the test where none is named."""
    base = sdk_matrix.folder()
    if base is None:
        pytest.skip(f"{sdk_matrix.VARIABLE} names no folder with SDKs")
    return base


def check(got: dict[str, Any], replay: Replay) -> None:
    """Hold what a client got against what the server sent, and against the lesson."""
    first, counted, streamed, raw, beta, refused, *_ = replay.exchanges
    assert got["plain"] == [21, 77, "end_turn"] and len(first.attempts) == 2
    assert got["counted"] == 21 == counted.counted_tokens
    assert tuple(got["pieces"]) == streamed.all_pieces
    assert got["final"] == [21, 55, "end_turn"]
    assert got["events"][0] == "message_start" and got["events"][-1] == "message_stop"
    assert got["events"].count("content_block_delta") == len(raw.pieces)
    assert beta.usage is not None and got["beta"][1] == beta.usage.output_tokens
    assert "model: claude-imaginary" in got["refused"] and refused.status == 404
    assert {"user-agent", "x-stainless-lang"} <= set(first.request.headers)
    assert "dummy" not in repr(replay.events)


@pytest.mark.parametrize("version", sdk_matrix.PYTHON_SDKS)
def test_the_python_sdk_is_served(version: str) -> None:
    """Plain, counted, streamed, beta and async calls; a failure that is retried; an error by its name."""
    base = folder()
    if not sdk_matrix.has_python(base, version):
        pytest.skip(f"the Python SDK {version} is not installed in {sdk_matrix.VARIABLE}")
    with serving(script(fixture_changes={"faults": RETRIED_ONCE})) as replay:
        got = run([str(sdk_matrix.python_of(base, version)), str(CLIENTS / "client.py")], replay)
        check(got, replay)
        assert got["async"][0] == 21 and got["text"] == replay.exchanges[-1].text


def test_the_typescript_sdk_is_served() -> None:
    """The other official SDK reads the same answers."""
    base = folder()
    node = shutil.which("node")
    if node is None or not sdk_matrix.has_typescript(base):
        pytest.skip(f"node or the TypeScript SDK {sdk_matrix.TYPESCRIPT_SDK} is not installed in {sdk_matrix.VARIABLE}")
    with serving(script(fixture_changes={"faults": RETRIED_ONCE})) as replay:
        got = run([node, str(CLIENTS / "client.mjs")], replay, SDK_FOLDER=str(sdk_matrix.typescript_of(base)))
        check(got, replay)


def test_the_sdk_beside_these_tests_is_served() -> None:
    """Whatever is installed here, in a process of its own: never skipped."""
    with serving(script(fixture_changes={"faults": RETRIED_ONCE})) as replay:
        check(run([sys.executable, str(CLIENTS / "client.py")], replay), replay)
