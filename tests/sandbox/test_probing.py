"""The functions of an exercise are called in every kind of child, and the values come back over the loopback API."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from grader.sandbox.job import Job, Launcher
from tests.sandbox.conftest import Launchers
from tests.sandbox.running import Heard

_SOURCE = b"import os\nPRICE = 3\ndef cost(a, b):\n    return a * PRICE + b\n"
_PLAN = {
    "module": "exercise1",
    "names": ["PRICE"],
    "functions": ["cost"],
    "calls": [{"function": "cost", "args": [2, 5]}],
    "claims": "/grader/claims",
}


async def _claims(launcher: Launcher, files: dict[str, bytes]) -> list[dict[str, Any]]:
    """Run the plan and collect what is posted."""
    posted: list[dict[str, Any]] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                break
            length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
            posted.append(json.loads(await reader.readexactly(int(length.split(b":")[1]))))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    heard = Heard()
    child = await launcher.start(Job("exercise1.py", {"exercise1.py": _SOURCE, **files}, probe=_PLAN), heard)
    server = await asyncio.start_server(take, sock=child.listener)
    await asyncio.wait_for(heard.over.wait(), 60)
    server.close()
    assert heard.ended is not None and heard.ended.status == 0, heard.stderr
    return posted


@pytest.mark.linux
@pytest.mark.parametrize("seal", ["plain", "none", "namespaces", "landlock"])
@pytest.mark.parametrize("files", [{}, {"json.py": b""}], ids=["forked", "fresh"])
def test_functions_are_called_and_their_values_claimed(
    launchers: Launchers, seal: str, files: dict[str, bytes]
) -> None:
    """Warm or fresh, sealed or not, the same claims arrive."""
    if files and seal == "plain":
        pytest.skip("the plain launcher's own matter")
    names, call, done = launchers.loop.run_until_complete(_claims(launchers.get(seal), files))
    assert names["names"]["PRICE"] == {"type": "int", "value": "3"}
    assert names["functions"] == ["cost"]
    assert (call["value"], done) == ({"type": "int", "value": "11"}, {"done": True})
