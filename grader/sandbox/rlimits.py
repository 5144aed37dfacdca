"""Resource limits: what one process may take, kept by the kernel since ever.

Theory: they bind each process for itself, so a limit times the number of processes is the real bound; the sum of
memory is kept by `cgroup` or `memory`. `RLIMIT_DATA` counts private writable memory (Linux 4.7), so it stops a
single greedy process with a MemoryError of its own, where `RLIMIT_AS` would count the address space that
threads only reserve. `RLIMIT_NPROC` counts threads too, per user and user namespace (Linux 5.14), and never
binds uid 0. Processor time is a backstop: the session watches the clock.
"""

from __future__ import annotations

import resource
from collections.abc import Mapping

_MB = 1 << 20
_STACK_BYTES = 8 * _MB


def apply(limits: Mapping[str, float], *, count_processes: bool = True) -> None:
    """Bind this process and all that it starts; `limits` are the fields of `job.Limits`.

    `count_processes` is False where the user has processes besides the program's.
    """
    memory = int(limits["memory_bytes"])
    processor_s = int(limits["time_s"]) * 4 + 10
    wanted = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_DATA: memory,
        resource.RLIMIT_AS: 4 * memory,
        resource.RLIMIT_FSIZE: int(limits["file_bytes"]),
        resource.RLIMIT_NOFILE: int(limits["open_files"]),
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_STACK: _STACK_BYTES,
        resource.RLIMIT_CPU: processor_s,
    }
    if count_processes:
        wanted[resource.RLIMIT_NPROC] = int(limits["processes"])
    for kind, value in wanted.items():
        _, hard = resource.getrlimit(kind)
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (bound, bound))
