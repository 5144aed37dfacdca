"""Landlock: a process gives up, for itself and all that it starts, every file and port but those it names.

Theory: a ruleset says which kinds of access it handles; all of them are then denied but for what its rules
allow, whoever the process is and whatever it starts. ABI 1 (Linux 5.13) handles files, and forbids to trace a
process outside of the domain, or to look into it through /proc; 2 (5.19) adds renaming between folders, 3 (6.2)
truncation, 4 (6.7) TCP ports, 5 (6.10) ioctl on devices, 6 (6.12) signals and abstract Unix sockets to outside.
Not handled by any of them: `stat`, UDP, Unix sockets by path. A port rule names no address.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from grader.sandbox import linux

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_VERSION_QUERY = 1
_RULE_PATH, _RULE_PORT = 1, 2

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_CHAR, _MAKE_BLOCK = 1 << 6, 1 << 11
_TRUNCATE, _IOCTL = 1 << 14, 1 << 15
_FOR_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL
_BITS_OF_ABI = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_BIND_TCP, _CONNECT_TCP = 1, 2
_SCOPE_ABSTRACT_SOCKETS, _SCOPE_SIGNALS = 1, 2

READ = _READ_FILE | _READ_DIR
RUN = READ | _EXECUTE
CHANGE = 0xFFFF & ~(_MAKE_CHAR | _MAKE_BLOCK)
USE_DEVICE = READ | _WRITE_FILE | _TRUNCATE | _IOCTL


@dataclass(frozen=True)
class Allowed:
    """What stays possible: rights by path (paths that do not exist are left out), and ports to connect to."""

    paths: Mapping[str, int] = field(default_factory=dict)
    ports: Iterable[int] = ()


def abi() -> int:
    """The version that this kernel offers; 0 where Landlock is missing or switched off."""
    try:
        return linux.syscall(_CREATE, "landlock_create_ruleset", None, 0, _VERSION_QUERY)
    except OSError:
        return 0


def restrict(allowed: Allowed) -> None:
    """Deny this process everything handled but what is allowed; raise OSError where that cannot be done."""
    version = abi()
    if version < 1:
        raise OSError("Landlock is not available: the kernel was built or started without it.")
    handled = (1 << _BITS_OF_ABI[min(version, 5)]) - 1
    attributes = struct.pack("Q", handled)
    if version >= 4:
        attributes += struct.pack("Q", _BIND_TCP | _CONNECT_TCP)
    if version >= 6:
        attributes += struct.pack("Q", _SCOPE_ABSTRACT_SOCKETS | _SCOPE_SIGNALS)
    ruleset = linux.syscall(_CREATE, "landlock_create_ruleset", attributes, len(attributes), 0)
    try:
        for path, rights in allowed.paths.items():
            _allow_path(ruleset, path, rights & handled)
        if version >= 4:
            for port in allowed.ports:
                _add(ruleset, _RULE_PORT, struct.pack("QQ", _CONNECT_TCP, port), f"port {port}")
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
        linux.syscall(_RESTRICT, "landlock_restrict_self", ruleset, 0)
    finally:
        os.close(ruleset)


def _allow_path(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _FOR_FILES
        _add(ruleset, _RULE_PATH, struct.pack("=Qi", rights, place), path)
    finally:
        os.close(place)


def _add(ruleset: int, kind: int, rule: bytes, what: str) -> None:
    linux.syscall(_ADD_RULE, f"landlock_add_rule {what}", ruleset, kind, rule, 0)
