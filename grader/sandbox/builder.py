"""The builder: a small process beside the warm parent that makes the boxes, forked before the SDK is imported.

Theory: what a fork costs is what the process holds, and the warm parent holds the SDK. Only the program needs that;
the process that makes a box and holds it does not (see `namespaces`). So it comes of this process, which has
little more than an interpreter, and the program, forked from the warm parent, joins the box that it finds made.

The parent sends `number` with a job's descriptors. The answer is `made` with that number, the box's port, and
the pidfd of its process 1; or `failed`, after the reason went to the grader. The builder ends with the parent, and all
that it made ends with it.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
from collections.abc import Sequence
from typing import NoReturn

from grader.sandbox import channel, linux, mounts, namespaces


def build(parent: socket.socket) -> NoReturn:
    """Move into the small root, then make a box for each job until the parent is gone."""
    linux.die_with_parent(os.getppid())
    orders, _ = channel.receive(parent)
    if orders is None:
        os._exit(0)
    boxes = namespaces.Boxes(mounts.Root(**orders["root"]), orders["without"])
    try:
        boxes.enter()
    except OSError as error:
        channel.send(parent, {"fault": str(error)})
        os._exit(0)
    linux.adopt_orphans()
    gc.freeze()  # no collection in a new box copies the pages of what is loaded
    signal.signal(signal.SIGCHLD, _reap)
    channel.send(parent, {"ready": True}, [os.pidfd_open(os.getpid())])
    while True:
        job, descriptors = channel.receive(parent)
        if job is None:
            os._exit(0)
        _make(boxes, parent, job["number"], descriptors)


def _reap(*_: object) -> None:
    """Take leave of ended boxes; what they used is then counted as ours."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _make(boxes: namespaces.Boxes, parent: socket.socket, number: int, descriptors: Sequence[int]) -> None:
    """Make one box; tell the grader which it is, then the parent, or both that there is none."""
    talk = descriptors[3]
    made: list[int] = []
    try:
        box = boxes.make(descriptors, parent.fileno())
        made += box.process, box.listener
        with socket.socket(fileno=os.dup(talk)) as grader:
            channel.send(grader, {"root": box.pid}, made)
        channel.send(parent, {"made": number, "port": box.port}, [box.process])
    except OSError as error:
        channel.send_through(talk, {"fault": f"{type(error).__name__}: {error}"})
        if made:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(made[0], signal.SIGKILL)
        channel.send(parent, {"failed": number})
    for descriptor in (*descriptors, *made):
        os.close(descriptor)
