"""Which seal is chosen, and that no seal is believed before a hostile program has tried it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from grader.sandbox import tiers
from grader.sandbox.job import LaunchError
from tests.sandbox.conftest import Launchers
from tests.sandbox.running import LINUX

REPO = Path(__file__).parents[2]


@pytest.mark.linux
@pytest.mark.parametrize("seal", ["namespaces", "landlock"])
def test_the_canary_finds_nothing_to_complain_of(launchers: Launchers, seal: str) -> None:
    """Our own hostile program is contained."""
    from grader.sandbox import canary

    launchers.loop.run_until_complete(canary.check(launchers.get(seal)))


@pytest.mark.linux
@pytest.mark.parametrize(
    ("seal", "without", "could"),
    [
        ("namespaces", ("mounts", "landlock"), "read a file outside of its folder"),
        ("namespaces", ("mounts", "landlock"), "write outside of its folder"),
        ("namespaces", ("network", "landlock"), "reach another program over TCP"),
        ("namespaces", ("network", "landlock"), "reach another program through an abstract socket"),
        ("namespaces", ("network",), "send a datagram"),
        ("namespaces", ("rlimits",), "processes where 24 are allowed"),
        ("namespaces", ("seccomp",), "run without a seccomp filter"),
        ("landlock", ("landlock",), "read a file outside of its folder"),
        ("landlock", ("landlock",), "reach another program over TCP"),
        ("landlock", ("seccomp",), "send a datagram"),
        ("none", (), "read a file outside of its folder"),
    ],
)
def test_the_canary_names_what_does_not_hold(
    launchers: Launchers, seal: str, without: tuple[str, ...], could: str
) -> None:
    """With a layer missing no batch begins, and the message says what was possible and what to do."""
    from grader.sandbox import canary

    with pytest.raises(LaunchError, match=could) as told:
        launchers.loop.run_until_complete(canary.check(launchers.get(seal, *without)))
    assert "Nothing was run" in str(told.value)


@pytest.mark.linux
def test_a_restriction_that_fails_is_no_run(launchers: Launchers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a layer cannot be put on, the launcher says so and the program does not run."""
    from grader.sandbox import seccomp, warm
    from tests.sandbox.running import ran

    launchers.get("namespaces")  # or skip
    monkeypatch.setattr(seccomp, "build", lambda **_: b"\xff" * 16)

    async def start() -> None:
        launcher = warm.WarmLauncher("namespaces")
        try:
            await ran(launcher, "print('x')")
        finally:
            await launcher.close()

    with pytest.raises(LaunchError, match="not started"):
        launchers.loop.run_until_complete(start())


@pytest.mark.linux
def test_without_libseccomp_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing library is named, with the package that brings it."""
    from grader.sandbox import seccomp

    monkeypatch.setattr(seccomp, "missing", lambda: "Install libseccomp (Debian and Ubuntu: libseccomp2).")
    with pytest.raises(LaunchError, match="libseccomp2"):
        asyncio.run(tiers.sealed("namespaces"))


@pytest.mark.linux
def test_auto_takes_the_strongest_that_holds(launchers: Launchers) -> None:
    """Namespaces where they can be had."""
    launchers.get("namespaces")  # or skip

    async def chosen() -> str:
        launcher = await tiers.sealed("auto")
        await launcher.close()
        return launcher.seal

    assert launchers.loop.run_until_complete(chosen()) == "namespaces"


def test_auto_never_means_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no seal can be had, strangers' programs do not run by themselves."""

    async def nothing(seal: str, python: str) -> None:
        raise LaunchError(f"{seal} is forbidden here")

    monkeypatch.setattr(tiers, "_tried", nothing)
    with pytest.raises(LaunchError, match=r"cannot be sealed here|Linux alone") as told:
        asyncio.run(tiers.sealed("auto"))
    if LINUX:
        assert "namespaces is forbidden here" in str(told.value)
        assert "landlock is forbidden here" in str(told.value)


@pytest.mark.linux
def test_a_seal_that_does_not_hold_stops_everything(launchers: Launchers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Falling back to a weaker seal would hide the hole: no batch begins."""
    from grader.sandbox import canary

    launchers.get("namespaces")  # or skip

    async def got_through(launcher: object) -> None:
        raise canary.DoesNotHoldError("the canary got through")

    monkeypatch.setattr(canary, "check", got_through)
    with pytest.raises(canary.DoesNotHoldError):
        launchers.loop.run_until_complete(tiers.sealed("auto"))


def test_bubblewrap_is_refused_with_what_to_use_instead() -> None:
    """The name is known, the tier is not built."""
    with pytest.raises(LaunchError, match="--sandbox namespaces"):
        asyncio.run(tiers.sealed("bwrap"))


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_get_a_fresh_interpreter(platform: str) -> None:
    """Importing this room imports nothing of Linux, and the unsealed launcher is the plain one."""
    source = (
        "import asyncio, sys\n"
        f"sys.platform = {platform!r}\n"
        "from grader.sandbox import tiers\n"
        "assert tiers.early() is None\n"
        "assert not [n for n in sys.modules if n.endswith(('.linux', '.warm', '.namespaces', '.landlock'))]\n"
        "try: asyncio.run(tiers.sealed())\n"
        "except Exception as error: assert 'Linux alone' in str(error), error\n"
        "else: raise AssertionError\n"
    )
    subprocess.run([sys.executable, "-c", source], cwd=REPO, check=True)
