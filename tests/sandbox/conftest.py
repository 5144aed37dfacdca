"""Launchers that live as long as the tests: a warm parent costs a second or two, a run some milliseconds."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from grader.sandbox.job import Launcher, LaunchError
from grader.sandbox.plain import PlainLauncher
from tests.sandbox.running import LINUX, Ran, ran


class Launchers:
    """Makes each launcher once, on one event loop, and ends all of them."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._made: dict[tuple[str, frozenset[str]], Launcher] = {}
        self._cannot: dict[tuple[str, frozenset[str]], str] = {}

    def get(self, seal: str, *without: str) -> Launcher:
        """Give the launcher of a seal, with layers switched off; one that cannot be had is tried once."""
        key = (seal, frozenset(without))
        if key not in self._made and key not in self._cannot:
            try:
                self._made[key] = self.loop.run_until_complete(self._make(seal, without))
            except LaunchError as error:
                self._cannot[key] = f"{seal} cannot be had here: {error}"
        if key in self._cannot:
            pytest.skip(self._cannot[key])
        return self._made[key]

    async def _make(self, seal: str, without: tuple[str, ...]) -> Launcher:
        if seal == "plain":
            return PlainLauncher()
        if not LINUX:
            pytest.skip("the warm parent needs Linux")
        from grader.sandbox.warm import WarmLauncher

        launcher = WarmLauncher(seal, without=without)  # type: ignore[arg-type]
        try:
            await launcher.ready()
        except LaunchError:
            await launcher.close()
            raise
        return launcher

    def made(self) -> list[Launcher]:
        """Every launcher made so far."""
        return list(self._made.values())

    def close(self) -> None:
        for launcher in self._made.values():
            self.loop.run_until_complete(launcher.close())
        self.loop.close()


@pytest.fixture(scope="session", autouse=True)
def folder_of_our_own() -> Iterator[None]:
    """Let scratch folders be made where no other grader makes its own, so that what is left can be told."""
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="tests-") as folder:
        os.chmod(folder, 0o711)
        tempfile.tempdir = folder
        yield
        tempfile.tempdir = before


@pytest.fixture(scope="session")
def launchers(folder_of_our_own: None) -> Iterator[Launchers]:
    made = Launchers()
    yield made
    made.close()


@pytest.fixture
def run(launchers: Launchers) -> Callable[..., Ran]:
    """Run a program under a seal: `run("namespaces", source, files, without=("seccomp",))`."""

    def running(
        seal: str,
        source: str | bytes,
        files: Mapping[str, bytes] | None = None,
        *,
        without: tuple[str, ...] = (),
        **more: Any,
    ) -> Ran:
        launcher = launchers.get(seal, *without)
        return launchers.loop.run_until_complete(ran(launcher, source, files, **more))

    return running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not LINUX:
        for item in items:
            if item.get_closest_marker("linux"):
                item.add_marker(pytest.mark.skip(reason=f"needs Linux, and this is {sys.platform} ({os.name})"))
