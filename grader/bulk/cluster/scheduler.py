"""The way to a Dask scheduler and through it to single workers: connect, ask, part. Decides nothing.

Theory: a question to a worker is a task that only this worker may do, under a name of its own, so Dask neither moves
nor repeats it; its future is released with the answer, so neither end keeps what went over the line.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Callable
from contextlib import AsyncExitStack
from importlib import import_module
from typing import Any

from grader.bulk.cluster import local
from grader.bulk.cluster.address import Address
from grader.bulk.cluster.quiet import quiet

_ANSWER_S = 60.0  # for the scheduler to say who is there
_LAST_S = 5.0  # for workers to be told that it is over


class SchedulerError(RuntimeError):
    """There is no scheduler, or none any more; the text is one line."""


class AskError(RuntimeError):
    """A worker could not answer; the text is one line."""


class Scheduler:
    """A scheduler and its workers: `async with Scheduler(address) as scheduler:`; raises SchedulerError."""

    def __init__(self, address: Address) -> None:
        self.url = address.url
        self._local = address.local
        self._stack = AsyncExitStack()
        self._client: Any = None

    async def __aenter__(self) -> Scheduler:
        try:
            await self._connect()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def threads(self) -> dict[str, int]:
        """Give the threads of every worker that there is, by address."""
        try:
            return dict(await asyncio.wait_for(self._client.nthreads(), _ANSWER_S))
        except Exception as error:
            raise SchedulerError(
                f"The scheduler at {self.url} does not answer any more ({one_line(error)}). What was graded until now "
                "is kept; run the same command again to go on."
            ) from None

    async def ask(self, address: str, what: Callable[..., Any], *arguments: Any) -> Any:
        """Run a function on one worker; raise AskError where that fails. For one that is gone it waits for ever."""
        future = self._client.submit(
            what, *arguments, workers=[address], allow_other_workers=False, pure=False, retries=0,
            key=f"grade-{uuid.uuid4().hex}",
        )  # fmt: skip
        try:
            return await future
        except Exception as error:
            raise AskError(one_line(error)) from None
        finally:
            future.release()

    async def tell_all(self, what: Callable[..., Any], *arguments: Any) -> None:
        """Have every worker that can be reached do something, whatever else it does."""
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self._client.run(what, *arguments, on_error="ignore"), _LAST_S)

    async def _connect(self) -> None:
        self._stack.enter_context(quiet())
        distributed: Any = import_module("distributed")  # it has no types
        security = None
        if self._local:
            security = await self._start()
        client = distributed.Client(
            self.url, security=security, asynchronous=True, set_as_default=False, direct_to_workers=False, name="grade"
        )
        try:
            self._client = await client
        except (OSError, ValueError, TypeError, RuntimeError) as error:  # TypeError: TLS without certificates
            with contextlib.suppress(Exception):
                await client.close()
            raise SchedulerError(
                f"No scheduler can be reached at {self.url} ({one_line(error)}). Check that it runs there and, for "
                "tls://, that this machine has the certificates: course/CLUSTER.md says how."
            ) from None
        self._stack.push_async_callback(self._disconnect)

    async def _start(self) -> Any:
        """Start a scheduler and workers on this machine; give what opens their seal."""
        try:
            started = await local.start(self._local)
        except local.LocalError as error:
            raise SchedulerError(str(error)) from None
        self._stack.push_async_callback(started.end)
        self.url = started.url
        if not started.seals:
            return None
        return import_module("distributed").Security(require_encryption=True, **started.seals)

    async def _disconnect(self) -> None:
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self._client.close(), _LAST_S)


def one_line(error: BaseException) -> str:
    """Say what went wrong in one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
