"""Turning the grader's orders for a sealed parent into what starts its programs.

Lives in the parent's process only, after the warm-up: what is done here takes the machine's files out of sight.
"""

from __future__ import annotations

import dataclasses
import os
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.sandbox import certificate, channel, confined, inside, landlock, linux, mounts, tenant, warden

_PACKAGE = Path(__file__).resolve().parent.parent


def confinement(orders: Mapping[str, Any], descriptors: Sequence[int]) -> warden.Confinement:
    """Prepare what seals without namespaces; raise OSError where it cannot be had."""
    return confined.LandlockConfinement(_filter(descriptors), _inside(), orders["without"])


def tenancy(orders: Mapping[str, Any], descriptors: Sequence[int], builder: socket.socket) -> tenant.Tenancy:
    """Tell the builder what boxes are to be like, and join the small root; raise OSError where that cannot be had."""
    if landlock.abi() < 1:
        raise OSError(
            "Landlock is off: add landlock to the lsm= list of the kernel's command line (Linux 5.13 or later)."
        )
    root_user = os.geteuid() == 0
    texts = {mounts.INSIDE: _inside(), mounts.CERTIFICATE: certificate.PEM}
    root = mounts.root_of_this_machine(texts, _private())
    if "mounts" in orders["without"]:
        root = mounts.everything(root)
    channel.send(builder, {"root": dataclasses.asdict(root), "without": orders["without"]})
    said, given = channel.receive(builder)
    if said is None or "fault" in said:
        raise OSError("the process that makes boxes is gone" if said is None else said["fault"])
    (process,) = given
    linux.join(process, linux.NEWNS if root_user else linux.NEWUSER | linux.NEWNS)
    os.close(process)
    return tenant.Tenancy(root, _filter(descriptors), orders["without"], has_groups=root_user)


def _filter(descriptors: Sequence[int]) -> bytes:
    (given,) = descriptors
    with os.fdopen(given, "rb") as parcel:
        parcel.seek(0)
        return parcel.read()


def _inside() -> str:
    return Path(inside.__file__).read_text("utf-8")


def _private() -> list[str]:
    """List the folders of the grader and its course, to be covered where they lie within what a program may see."""
    found = [_PACKAGE]
    if (_PACKAGE.parent / "grade.py").exists():  # a checkout, and not a folder that others share
        found += [path for path in _PACKAGE.parent.iterdir() if path.is_dir() and not path.name.startswith(".")]
    return [str(path) for path in found]
