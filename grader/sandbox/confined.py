"""The second tier: Landlock, seccomp and rlimits, where namespaces are forbidden. What it cannot hold back, it says.

Theory: the program runs in a scratch folder of the machine's own temporary folder, below a `warden`. Landlock (ABI 4,
Linux 6.7) leaves it the interpreter, the system's libraries, its folder, and connections to one TCP port. Signals
to other processes need another user (root grades: the program gets an ordinary uid) or ABI 6 (Linux 6.12).
seccomp adds what Landlock does not know: UDP and Unix sockets. `LEAKS` is what remains.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from grader.sandbox import landlock, linux, mounts, rlimits, seccomp

LEAKS = (
    "a program can see that hidden files exist, and their sizes and dates (stat)",
    "a program can connect to the replay server's port number on any other machine",
    "the sum of its files and of its memory is looked at every 0.2 s rather than bounded",
    "multiprocessing does not work: /dev/shm is the machine's own",
)
_OLDEST_ABI, _SIGNALS_ABI = 4, 6
_ORDINARY, _SEVERAL = 61000, 100
_WRITABLE = ("work", "home", "tmp")
_READABLE = ("/etc/ld.so.cache", "/etc/localtime", "/etc/hosts", "/etc/nsswitch.conf", "/etc/mime.types")
_FACTS = ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/loadavg", "/proc/filesystems")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


class LandlockConfinement:
    """Confines programs without namespaces."""

    def __init__(self, seccomp_filter: bytes, inside: str, without: Collection[str]) -> None:
        """Look whether it can be done; raise OSError saying what is lacking."""
        version = landlock.abi()
        needed = _OLDEST_ABI if os.geteuid() == 0 else _SIGNALS_ABI
        if version < needed:
            raise OSError(
                f"This kernel offers Landlock ABI {version}; programs can be sealed without namespaces from "
                f"ABI {needed} on (Linux {'6.7' if needed == _OLDEST_ABI else '6.12'})."
            )
        self._filter = seccomp_filter
        self._inside = inside
        self._without = frozenset(without)
        bound, _ = mounts.interpreter_paths()
        if os.geteuid() == 0:
            _refuse_unreadable(bound)
        system = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
        self._paths = dict.fromkeys((*system, *bound), landlock.RUN)
        self._paths |= dict.fromkeys((*_READABLE, *_FACTS), landlock.READ)
        self._paths |= dict.fromkeys(_DEVICES, landlock.USE_DEVICE)

    def prepare(self, orders: dict[str, Any], streams: tuple[int, int]) -> None:
        """Write what the program needs beside its files, and give its folders to its user."""
        folder = orders["folder"]
        with open(f"{folder}/inside.py", "w", encoding="utf-8") as file:
            file.write(self._inside)
        os.mkdir(f"{folder}/tmp", 0o700)
        temporary = f"{folder}/tmp"
        orders["environment"].update(TMPDIR=temporary, TEMP=temporary, TMP=temporary)
        orders["tasks_besides"] = 0
        if os.geteuid() == 0:
            orders["uid"] = uid = _ORDINARY + os.getpid() % _SEVERAL
            os.chmod(folder, 0o711)
            for name in _WRITABLE:
                for place, folders, files in os.walk(f"{folder}/{name}"):
                    for path in (place, *(f"{place}/{each}" for each in (*folders, *files))):
                        os.chown(path, uid, uid)
            for descriptor in streams:
                os.fchown(descriptor, uid, uid)
        else:
            orders["tasks_besides"] = _own_tasks()

    def confine(self, orders: Mapping[str, Any]) -> None:
        """Take on limits, user, Landlock and seccomp."""
        if "rlimits" not in self._without:
            limits = dict(orders["limits"])
            limits["processes"] += orders["tasks_besides"]
            rlimits.apply(limits)
        if "uid" in orders:
            os.setgroups([])
            os.setresgid(orders["uid"], orders["uid"], orders["uid"])
            os.setresuid(orders["uid"], orders["uid"], orders["uid"])
            linux.prctl(linux.PR_SET_DUMPABLE, 1)
        linux.drop_capabilities()
        if "landlock" not in self._without:
            folder, url = orders["folder"], orders["environment"]["ANTHROPIC_BASE_URL"]
            paths = self._paths | {f"{folder}/{name}": landlock.CHANGE for name in _WRITABLE}
            paths |= {f"{folder}/{name}": landlock.READ for name in ("inside.py", "certificate.pem")}
            paths |= {f"/proc/{os.getpid()}": landlock.READ}
            landlock.restrict(landlock.Allowed(paths, [int(url.rpartition(":")[2])]))
        if "seccomp" not in self._without:
            seccomp.load(self._filter)


def _own_tasks() -> int:
    """Count the threads that this user runs already: RLIMIT_NPROC counts them too."""
    found = 0
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                if os.stat(f"/proc/{name}").st_uid == os.getuid():
                    found += len(os.listdir(f"/proc/{name}/task"))
            except OSError:
                continue  # it has ended
    return found


def _refuse_unreadable(paths: Sequence[str]) -> None:
    """Raise OSError where an ordinary user cannot enter one of the folders."""
    for path in paths:
        parts = path.split("/")
        for end in range(2, len(parts) + 1):
            place = "/".join(parts[:end])
            if not os.stat(place).st_mode & (0o001 if os.path.isdir(place) else 0o004):
                raise OSError(
                    f"An ordinary user cannot read {place}, and programs run as one. Use --sandbox namespaces, "
                    "or an interpreter that everybody can read."
                )
