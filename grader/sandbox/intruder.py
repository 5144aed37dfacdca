"""The canary's program: tries what it must not, then lets itself be looked at. Read as text, never imported.

It is given baits by `canary`, which judges by what became of them; what this program says of itself proves nothing.
"""

import contextlib
import json
import os
import signal
import socket
import sys
import time
from typing import Any


def _all_of(baits: dict[str, Any]) -> None:
    with contextlib.suppress(OSError), open(baits["secret"]) as secret:
        sys.stdout.write(secret.read())
    with contextlib.suppress(OSError), open(f"/proc/{baits['victim']}/environ", "rb") as secret:
        sys.stdout.write(secret.read().decode("latin-1"))
    for name in (baits["secret"], f"{baits['folder']}/planted"):
        with contextlib.suppress(OSError), open(name, "a") as file:
            file.write("changed")
    with contextlib.suppress(OSError):
        os.kill(baits["victim"], signal.SIGKILL)
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", baits["tcp"]), 2):
        pass
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.sendto(b"out", ("127.0.0.1", baits["udp"]))
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as local:
        local.connect("\0" + baits["abstract"])


def _tell_home(word: bytes) -> socket.socket:
    host, port = os.environ["ANTHROPIC_BASE_URL"].rpartition("//")[2].split(":")
    home = socket.create_connection((host, int(port)), 5)
    home.sendall(word)
    return home


def _crowd() -> list[int]:
    members = []
    with contextlib.suppress(OSError):
        for _ in range(200):
            member = os.fork()
            if member == 0:
                time.sleep(60)
                os._exit(0)
            members.append(member)
    return members


def _stay_behind() -> None:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
                with contextlib.suppress(OSError, ValueError):
                    signal.signal(number, signal.SIG_IGN)
            home = _tell_home(b"behind")
            home.recv(1)
            os._exit(0)
        os._exit(0)


if __name__ == "__main__":
    with open("baits.json") as _given:
        _baits = json.load(_given)
    _all_of(_baits)
    sys.stdout.flush()
    _members = _crowd()
    _home = _tell_home(b"looked")
    _home.recv(1)  # meanwhile we are looked at
    for _member in _members:
        os.kill(_member, signal.SIGKILL)
        os.waitpid(_member, 0)
    _stay_behind()
    _home.recv(1)  # until the one behind has said so too
