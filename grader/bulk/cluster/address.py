"""What `--cluster ADDRESS` names, and what is open about it. Connects to nothing, needs no Dask."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_LOCAL = re.compile(r"local:([1-9]\d{0,3})")
_SCHEMES = ("tcp", "tls")


class AddressError(ValueError):
    """No cluster can be reached by this text; it is one line."""


@dataclass(frozen=True)
class Address:
    """A scheduler's address, or (`local` > 0) the number of worker processes to start here."""

    url: str
    local: int = 0


def parse(text: str) -> Address:
    """Read an address; raise AddressError."""
    if found := _LOCAL.fullmatch(text):
        return Address(text, int(found[1]))
    parts = urlsplit(text)
    try:
        whole = parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port is not None
    except ValueError:  # a port that is no number
        whole = False
    if not whole or parts.path.strip("/"):
        raise AddressError(
            f"{text!r} names no cluster. Give tcp://HOST:PORT or tls://HOST:PORT of a Dask scheduler, "
            "or local:N for N worker processes on this machine"
        )
    return Address(text.rstrip("/"))


def is_open(url: str) -> bool:
    """Say whether what is sent to this address can be read, and sent in our place, by others on the network."""
    parts = urlsplit(url)
    if parts.scheme != "tcp" or parts.hostname == "localhost":
        return False
    try:
        return not ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:  # a name: it may be anybody's
        return True


def warning(url: str) -> str:
    """Say what it means to send programs to an open address."""
    return (
        f"{url} is not sealed by TLS: whoever reaches that network can read the students' programs, change marks and "
        "run code on the workers. Use tls:// (course/CLUSTER.md says how), or a network that you trust."
    )
