"""`local:N`: a scheduler and N workers on this machine, in processes of their own. Grades nothing, prints nothing.

Theory: they live in another process than the batch, so that neither's memory, logs or event loop is the other's, and
the batch takes the very way to them that it takes to a cluster far away. Their loopback port is sealed with
certificates made for this one batch, because others may be logged in on this machine, and programs under test run on
it. They end when the pipe from the batch closes, however the batch ends.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

_SOURCE = Path(__file__).resolve().parents[3]
_LAST_S = 20.0
_TAIL_BYTES = 4000
# Dask watches itself a hundred times a second, which takes a few hundredths of a processor from the programs.
_UNWATCHED = {
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "500ms",
    "DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__INTERVAL": "10s",
    "DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__GIL__ENABLED": "False",
}
_SEALS = ("tls_ca_file", "tls_client_cert", "tls_client_key")  # Dask takes the texts themselves, too


class LocalError(RuntimeError):
    """The local cluster does not start; the text is one line."""


@dataclass
class Local:
    """A running local cluster as the batch sees it."""

    process: asyncio.subprocess.Process
    url: str
    seals: dict[str, str]

    async def end(self) -> None:
        """End it: by closing its input, and by force where that does not do."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            await asyncio.wait_for(self.process.wait(), _LAST_S)
        except asyncio.TimeoutError:
            self.process.kill()
            await self.process.wait()


async def start(workers: int) -> Local:
    """Start a local cluster; raise LocalError."""
    program = f"import sys; sys.path.insert(0, {str(_SOURCE)!r}); from grader.bulk.cluster.local import main; main()"
    with tempfile.TemporaryFile() as said:  # its logs; a pipe would have to be read for as long as it lives
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, str(workers), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said,
            start_new_session=True, env={**os.environ, **_UNWATCHED},
        )  # fmt: skip
        assert process.stdout is not None
        line = await process.stdout.readline()
        if not line:
            await process.wait()
            said.seek(max(0, said.seek(0, os.SEEK_END) - _TAIL_BYTES))
            lines = said.read().decode("utf-8", "replace").strip().splitlines()
            raise LocalError(f"The workers on this machine do not start: {lines[-1] if lines else 'no reason given'}.")
    found = json.loads(line)
    return Local(process, found["url"], found["seals"])


def main() -> None:
    """Serve until the input ends; the first line of the output says where."""
    workers = int(sys.argv[1])
    given, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing else that prints may get in between
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    asyncio.run(_serve(workers, given, answers))
    os._exit(0)  # the thread may still be reading


async def _serve(workers: int, given: BinaryIO, answers: BinaryIO) -> None:
    distributed: Any = import_module("distributed")  # it has no types
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    security, seals = _security()

    def listen() -> None:
        given.read()
        loop.call_soon_threadsafe(over.set)

    with tempfile.TemporaryDirectory(prefix="grade-cluster-") as scratch:
        async with distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            memory_limit=0,  # what needs memory are the programs, and these have limits of their own
            local_directory=scratch,
            security=security,
            asynchronous=True,
        ) as cluster:
            answers.write(json.dumps({"url": cluster.scheduler_address, "seals": seals}).encode() + b"\n")
            answers.flush()
            threading.Thread(target=listen, daemon=True).start()
            await over.wait()


def _security() -> tuple[Any, dict[str, str]]:
    """Make certificates for one batch; none where the package for that is missing."""
    distributed: Any = import_module("distributed")
    try:
        security = distributed.Security.temporary()
    except ImportError:
        return None, {}
    return security, {name: getattr(security, name) for name in _SEALS}
