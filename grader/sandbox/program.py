"""The last steps in a forked process before the student's program: make it look freshly started.

Theory: a child of the warm parent has the SDK's modules loaded and is otherwise to be what `python
exerciseN.py` would start: standard streams on the given descriptors and none other open, signals as
Python sets them at start, the working directory, the environment, and no module of the grader's. The
stream objects are those of the interpreter's own start, for the parent was started with an empty
standard input and pipes too.

What stays different, and is told: strings hash as in the parent, whose seed is random and changes with
each new parent.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Collection, Mapping, Sequence
from typing import Any

# What Python itself sets when it starts: these are ignored, and SIGINT raises KeyboardInterrupt.
_IGNORED = frozenset({signal.SIGPIPE, signal.SIGXFSZ}) if sys.platform != "win32" else frozenset()


def settle(
    entry: str, folder: str, environment: Mapping[str, str], streams: Sequence[int], ours: Collection[str]
) -> None:
    """Give this process the program's folder, environment and streams, and forget our modules.

    `streams` are stdout and stderr; `ours` are the names in `sys.modules` that a program would not have.
    """
    os.chdir(folder)
    sys.orig_argv[:] = [sys.orig_argv[0], entry]
    empty = os.open(os.devnull, os.O_RDONLY)
    for descriptor, target in zip((empty, *streams), range(3), strict=True):
        os.dup2(descriptor, target, inheritable=True)
    for name in os.environ.keys() - environment.keys():
        del os.environ[name]
    for name, value in environment.items():
        if os.environ.get(name) != value:
            os.environ[name] = value
    for name in ours:
        sys.modules.pop(name, None)
    processes = sys.modules.get("multiprocessing.process")
    if processes is not None:
        processes.ORIGINAL_DIR = folder  # type: ignore[attr-defined]  # where it looks for the main module


def begin_afresh(orders: Mapping[str, Any], inside: str) -> None:
    """Replace this process by a fresh interpreter that runs the same; return only by raising OSError."""
    arguments = [orders["entry"]] if orders["probe"] is None else [inside, json.dumps(orders["probe"])]
    os.execve(sys.executable, [sys.executable, *arguments], dict(orders["environment"]))


def close_all_but_standard(kept: Collection[int] = ()) -> None:
    """Close every descriptor from 3 on, `kept` aside."""
    last = 3
    for descriptor in sorted(kept):
        os.closerange(last, descriptor)
        last = descriptor + 1
    os.closerange(last, os.sysconf("SC_OPEN_MAX"))


def restore_signals() -> None:
    """Undo every handler, and block no signal."""
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        wanted = (
            signal.default_int_handler
            if number == signal.SIGINT
            else signal.SIG_IGN
            if number in _IGNORED
            else signal.SIG_DFL
        )
        if signal.getsignal(number) is not wanted:
            with contextlib.suppress(OSError, ValueError):  # those that the C library keeps to itself
                signal.signal(number, wanted)
