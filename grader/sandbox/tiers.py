"""Which launcher is used: the one place that decides.

Theory: for a student's own code, the warm parent without a seal on Linux and a fresh interpreter elsewhere (macOS may
have threads at a fork, Windows has no fork). For strangers' code, the strongest seal that this machine offers, tried
and not guessed: namespaces first, then Landlock; never none by itself. A seal that can be put on but does not hold (see
`canary`) stops everything; falling back then would hide a hole.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal

from grader.sandbox.job import Launcher, LaunchError, Seal

if TYPE_CHECKING:
    from grader.sandbox.spawn import ParentProcess

Wanted = Literal["auto", "namespaces", "bwrap", "landlock", "none"]

LINUX = sys.platform.startswith("linux")
_BY_STRENGTH: tuple[Seal, ...] = ("namespaces", "landlock")


def early(python: str = sys.executable) -> ParentProcess | None:
    """Start the warm parent of an unsealed launcher, before anything heavy is imported; None where there is none."""
    if not LINUX:
        return None
    from grader.sandbox.spawn import ParentProcess

    return ParentProcess("none", python)


def unsealed(process: ParentProcess | None = None, python: str = sys.executable) -> Launcher:
    """Give the launcher for a student's own code; `process` is what `early` gave."""
    if LINUX:
        from grader.sandbox.warm import WarmLauncher

        return WarmLauncher("none", python, process=process)
    from grader.sandbox.plain import PlainLauncher

    return PlainLauncher(python)


async def sealed(wanted: Wanted = "auto", python: str = sys.executable) -> Launcher:
    """Give a launcher for strangers' code whose seal has been shown to hold; raise LaunchError where there is none.

    `none` gives an unsealed one: the caller has been told to.
    """
    if wanted == "none":
        return unsealed(python=python)
    if wanted == "bwrap":
        raise LaunchError(
            "The seal 'bwrap' is not built into this version. 'namespaces' does the same without bubblewrap: "
            "use --sandbox namespaces, or auto."
        )
    if not LINUX:
        raise LaunchError(
            f"Programs can be sealed on Linux alone; this is {sys.platform}. Grade in a Linux virtual machine or "
            "container, or use --sandbox none for programs that you trust."
        )
    reasons = []
    for seal in _BY_STRENGTH if wanted == "auto" else (wanted,):
        try:
            return await _tried(seal, python)
        except LaunchError as error:
            from grader.sandbox.canary import DoesNotHoldError

            if isinstance(error, DoesNotHoldError):
                raise
            reasons.append(f"{seal}: {error}")
    raise LaunchError(f"Programs cannot be sealed here. {' '.join(reasons)} {advice()}".strip())


async def _tried(seal: Seal, python: str) -> Launcher:
    """Start a launcher and run the canary under it."""
    from grader.sandbox import canary
    from grader.sandbox.warm import WarmLauncher

    launcher = WarmLauncher(seal, python)
    try:
        await launcher.ready()
        await canary.check(launcher)
    except BaseException:
        await launcher.close()
        raise
    return launcher


def leaks(seal: Seal) -> tuple[str, ...]:
    """Say what a seal does not hold back, for reports."""
    if seal == "landlock":
        from grader.sandbox.confined import LEAKS

        return LEAKS
    if seal == "none":
        return ("programs can do whatever the grader's user can",)
    return ()


def advice() -> str:
    """Say what an administrator can change so that namespaces work."""
    if _setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1":
        return (
            "AppArmor keeps ordinary users from making user namespaces: run as root, or "
            "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0."
        )
    if _setting("/proc/sys/kernel/unprivileged_userns_clone") == "0":
        return "Run as root, or sudo sysctl kernel.unprivileged_userns_clone=1."
    if _setting("/proc/sys/user/max_user_namespaces") == "0":
        return "Run as root, or sudo sysctl user.max_user_namespaces=10000."
    return ""


def _setting(path: str) -> str | None:
    try:
        with open(path) as file:
            return file.read().strip()
    except OSError:
        return None
