"""Turning the grader's orders for a sealed parent into the function that starts its programs.

Lives in the parent's process only, after the warm-up: what is done here takes the machine's files out of sight.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from grader.sandbox import certificate, confined, inside, landlock, mounts, namespaces, warden
from grader.sandbox.nursery import Start

_PACKAGE = Path(__file__).resolve().parent.parent


def starter(orders: Mapping[str, Any], descriptors: Sequence[int]) -> Start:
    """Prepare the seal that the orders name; raise OSError where it cannot be had."""
    (given,) = descriptors
    with os.fdopen(given, "rb") as parcel:
        parcel.seek(0)
        seccomp_filter = parcel.read()
    inside_text = Path(inside.__file__).read_text("utf-8")
    if orders["seal"] == "landlock":
        confinement = confined.LandlockConfinement(seccomp_filter, inside_text, orders["without"])
        return partial(warden.start, confinement=confinement)
    if landlock.abi() < 1:
        raise OSError(
            "Landlock is off: add landlock to the lsm= list of the kernel's command line (Linux 5.13 or later)."
        )
    texts = {mounts.INSIDE: inside_text, mounts.CERTIFICATE: certificate.PEM}
    boxes = namespaces.Boxes(seccomp_filter, mounts.root_of_this_machine(texts, _private()), orders["without"])
    boxes.enter()
    return boxes.start


def _private() -> list[str]:
    """List the folders of the grader and its course, to be covered where they lie within what a program may see."""
    found = [_PACKAGE]
    if (_PACKAGE.parent / "grade.py").exists():  # a checkout, and not a folder that others share
        found += [path for path in _PACKAGE.parent.iterdir() if path.is_dir() and not path.name.startswith(".")]
    return [str(path) for path in found]
