"""What the grader and its warm parent say to one another: small messages, descriptors, and parcels.

A message is one JSON object in one packet of a `SOCK_SEQPACKET` pair, so it is never cut or glued;
descriptors travel beside it (`SCM_RIGHTS`). A parcel is a job with its files in an anonymous file
(`memfd`, Linux 3.17): the parent hands it on unread, so a submission is seen by its own child alone.
Nothing here may start, confine or judge anything, and both ends import it, so it stays light.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Mapping, Sequence
from typing import Any

MESSAGE_BYTES = 1 << 17
MOST_DESCRIPTORS = 16
_HEAD_BYTES = 1 << 13  # of a parcel: more than most orders take


def pair() -> tuple[socket.socket, socket.socket]:
    """Make the two ends of a channel."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def send(end: socket.socket, message: Mapping[str, Any], descriptors: Sequence[int] = ()) -> None:
    """Send one message, and descriptors with it."""
    socket.send_fds(end, [json.dumps(message).encode()], list(descriptors))


def send_through(descriptor: int, message: Mapping[str, Any]) -> None:
    """Send one message through a channel that is known by its descriptor; one whose other end is gone is not told."""
    with contextlib.suppress(OSError):
        os.write(descriptor, json.dumps(message).encode())


def receive(end: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    """Receive one message and its descriptors; None when the other end is closed."""
    try:
        text, descriptors, _, _ = socket.recv_fds(end, MESSAGE_BYTES, MOST_DESCRIPTORS)
    except ConnectionResetError:
        return None, []
    for descriptor in descriptors:
        os.set_inheritable(descriptor, False)
    return (json.loads(text) if text else None), list(descriptors)


def hold(content: bytes) -> int:
    """Put bytes into an anonymous file and return its descriptor."""
    descriptor = os.memfd_create("parcel", os.MFD_CLOEXEC)
    with os.fdopen(os.dup(descriptor), "wb") as parcel:
        parcel.write(content)
    return descriptor


def pack(orders: Mapping[str, Any], files: Mapping[str, bytes]) -> int:
    """Write orders and files to an anonymous file and return its descriptor."""
    sizes = [(name, len(content)) for name, content in files.items()]
    head = json.dumps({"orders": orders, "files": sizes}).encode()
    return hold(b"".join((b"%d\n" % len(head), head, *files.values())))


def unpack(descriptor: int) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Read orders and files back, and close the descriptor."""
    with os.fdopen(descriptor, "rb") as parcel:
        parcel.seek(0)
        head = json.loads(parcel.read(int(parcel.readline())))
        files = {name: parcel.read(size) for name, size in head["files"]}
    return head["orders"], files


def orders_of(descriptor: int) -> dict[str, Any]:
    """Read the orders alone, and close the descriptor."""
    try:
        length, _, beginning = os.pread(descriptor, _HEAD_BYTES, 0).partition(b"\n")
        left = int(length) - len(beginning)
        rest = os.pread(descriptor, left, _HEAD_BYTES) if left > 0 else b""
        orders: dict[str, Any] = json.loads((beginning + rest)[: int(length)])["orders"]
        return orders
    finally:
        os.close(descriptor)
