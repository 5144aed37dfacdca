# ruff: noqa: E501  (a program of one line is easier to read than one folded)
"""Where namespaces are forbidden: what Landlock, seccomp and limits contain, each shown to be the one that does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from grader.sandbox import tiers
from grader.sandbox.job import MB, Limits
from tests.sandbox import test_hostile as hostile
from tests.sandbox.running import Ran

pytestmark = pytest.mark.linux
Run = Callable[..., Ran]

# What this tier does not contain is in `confined.LEAKS`; the layers differ from those of the box.
LAYERS: dict[str, tuple[str, ...]] = {
    "read: a file that everybody may read": ("landlock",),
    "read: the list of a folder": ("landlock",),
    "read: the grader's sources": (),
    "read: the solutions": (),
    "read: the passwords": (),
    "read: the environment of process 1": (),
    "read: the grader's process": ("landlock",),
    "write: into a folder that everybody may write to": ("landlock",),
    "write: through a link": ("landlock",),
    "write: into the root folder": (),
    "write: into the SDK": (),
    "write: into the interpreter": (),
    "write: a large file": ("rlimits",),
    "write: much shared memory": ("landlock",),
    "reach: another loopback port": ("landlock",),
    "reach: a datagram to loopback": ("seccomp",),
    "reach: the internet": (),
    "reach: the cloud's metadata": (),
    "reach: a name": (),
    "reach: an abstract socket": ("landlock", "seccomp"),
    "reach: a socket by path": ("seccomp",),
    "reach: a port of its own": ("landlock",),
    "reach: the kernel (netlink)": ("seccomp",),
    "get: trace another": ("seccomp",),
    "get: new namespaces": ("seccomp",),
    "get: a memory file": ("seccomp",),
    "get: keys": ("seccomp",),
    "get: root": (),
    "get: higher limits": (),
    "get: many processes": ("rlimits",),
    "get: many threads": ("rlimits",),
    "get: many descriptors": ("rlimits",),
    "get: a core file": ("rlimits",),
}


@pytest.fixture(scope="module")
def place() -> Iterator[hostile.Place]:
    yield from hostile.lay_out()


@pytest.mark.parametrize("name", LAYERS)
def test_the_second_tier_contains(run: Run, place: hostile.Place, name: str) -> None:
    """The attempt fails."""
    ran = run("landlock", hostile.ATTEMPTS[name].program(place))
    assert not hostile.done(ran), ran
    assert ran.ended.because == "itself", ran


@pytest.mark.parametrize("name", [name for name, layers in LAYERS.items() if layers])
def test_the_layer_of_the_second_tier_is_what_contains_it(run: Run, place: hostile.Place, name: str) -> None:
    """The same attempt succeeds without its layers."""
    ran = run("landlock", hostile.ATTEMPTS[name].program(place), without=LAYERS[name])
    assert hostile.done(ran), ran


def test_an_innocent_program_is_done_in_the_second_tier(run: Run, place: hostile.Place) -> None:
    """What every attempt begins with works, so a failed attempt says something."""
    assert hostile.done(run("landlock", hostile.Attempt("print('done')").program(place)))


def test_the_second_tier_spares_other_processes(run: Run, place: hostile.Place) -> None:
    """No signal leaves the program: not to the grader, not to its warden, not to all at once."""
    source = "for pid in (VICTIM, GRADER, os.getppid(), -1):\n    try: os.kill(pid, signal.SIGTERM)\n    except OSError: pass\nprint('alive')"
    ran = run("landlock", hostile.Attempt(source).program(place))
    assert (ran.said, ran.ended.status) == ("alive", 0)
    assert place.victim.poll() is None


def test_the_second_tier_bounds_the_scratch_folder(run: Run) -> None:
    """A program that fills its folder is ended."""
    source = "import time\nfor n in range(8): open(f'{n}', 'wb').write(bytes(5 << 20))\ntime.sleep(60)"
    assert run("landlock", source, limits=Limits(scratch_bytes=16 * MB)).ended.because == "memory"


def test_a_module_named_like_a_library_wins_in_the_second_tier_too(run: Run) -> None:
    """Such a program runs in a fresh interpreter, sealed."""
    ran = run(
        "landlock",
        "import json, os\nprint(json.mine, os.path.exists('/etc/passwd') and open('/etc/passwd'))",
        {"json.py": b"mine = 5"},
    )
    assert "PermissionError" in ran.stderr


def test_the_second_tier_says_what_it_does_not_hold_back() -> None:
    """Reports can name the leaks."""
    assert tiers.leaks("landlock")
    assert tiers.leaks("namespaces") == ()
    assert tiers.leaks("none")
