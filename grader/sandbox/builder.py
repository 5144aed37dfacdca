"""The builder: a small process beside the warm parent that makes the boxes, forked before the SDK is imported.

Theory: what a fork costs is what the process holds, and the warm parent holds the SDK. Only the program needs that;
the two processes that make its box and hold it do not (see `namespaces`). So they come of this process, which has
little more than an interpreter, and the program, forked from the warm parent, joins the box that it finds made.

The parent sends `number` with a job's descriptors. The answer comes from the warden: `made` with that number, the
box's port, the pidfd of its process 1 and a pipe in which the program's wait status is to be written; or `failed`,
after the reason went to the grader. The builder ends with the parent, and all that it made ends with it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from typing import Any, NoReturn

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
    signal.signal(signal.SIGCHLD, _reap)
    channel.send(parent, {"ready": True}, [os.pidfd_open(os.getpid())])
    me = os.getpid()
    while True:
        job, descriptors = channel.receive(parent)
        if job is None:
            os._exit(0)
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _make(boxes, me, parent, job, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _reap(*_: object) -> None:
    """Take leave of wardens; what they used is then counted as ours."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _make(
    boxes: namespaces.Boxes, builder: int, parent: socket.socket, job: dict[str, Any], descriptors: list[int]
) -> NoReturn:
    """Become the warden of one box; end with the builder, also where that is gone already."""
    parcel, out, err, talk, *group = descriptors
    if group:  # from here on, all that comes of this process is counted and limited
        os.write(group[0], b"0")
        os.close(group[0])
    linux.die_with_parent(builder)
    boxes.make(parcel, (out, err), socket.socket(fileno=talk), parent, job["number"])
