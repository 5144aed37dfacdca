"""The warm parent: imports the SDK once, then forks a child for every program. Run as a script, by `spawn`.

Theory: a fresh interpreter needs 1 to 2 s of processor time to import the SDK, a forked child of one that has
imported it a few milliseconds; what makes the box around it is forked from a smaller process (see `builder`).
The parent knows no secret: it never sees fixtures or solutions, and hands a submission's parcel on unread. It has
one thread (a fork copies locks as they are, and no thread to open them), freezes the garbage collector's view of what
it has loaded (so children do not copy those pages, and find none of it with `gc`), and waits in one `poll` for jobs,
for the end of its children and for the end of the grader (`pidfd_open`, Linux 5.3). When the grader ends or closes
the channel, it takes no job any more; it ends when its children have, at once when the grader is dead, and its death
ends all of them.

This file may import nothing at its top but what every interpreter has loaded: the SDK comes first, so that what
the grader's own modules bring can be told from it and taken away again in the child.
"""

import sys

if __name__ == "__main__":
    sys.path.pop(0)  # this folder: its modules must not stand before the library's


def _builder(seal: str, channel_descriptor: int):  # type: ignore[no-untyped-def]  # nothing is imported yet to name it
    """Fork the process that makes boxes, while there is little to fork; return a channel to it, or None."""
    if seal != "namespaces":
        return None
    import os
    import socket

    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork() == 0:
        ours.close()
        os.close(channel_descriptor)
        sys.dont_write_bytecode = True
        sys.path.insert(0, __file__.rsplit("/", 3)[0])
        from grader.sandbox.builder import build

        build(theirs)
    theirs.close()
    return ours


def _serve(channel_descriptor: int, seal: str) -> object:
    """Import, warm up, fork a child per job for ever; return in a program's process alone: what it has to do."""
    builder = _builder(seal, channel_descriptor)
    import anthropic  # noqa: F401  (the purpose of this process)

    before = set(sys.modules)
    kept_path = list(sys.path)
    kept_setting = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    sys.path.insert(0, __file__.rsplit("/", 3)[0])
    from grader.sandbox.nursery import Nursery

    nursery = Nursery(channel_descriptor, before, builder)
    del before  # or every program would copy the pages of a thousand names, only to let go of them
    sys.path[:] = kept_path
    sys.dont_write_bytecode = kept_setting
    return nursery.serve()


if __name__ == "__main__":
    _program = _serve(int(sys.argv[1]), sys.argv[2])
    _program()  # type: ignore[operator]
