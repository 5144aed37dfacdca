"""How a program's memory is summed, and control groups where a part of their tree was handed over."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.sandbox import cgroup, memory, tree
from grader.sandbox.job import Child
from tests.sandbox.conftest import Launchers
from tests.sandbox.running import Heard, ran

pytestmark = pytest.mark.linux


def _tree(tmp_path: Path, *, controllers: str = "cpu memory pids", inhabitants: str = "") -> tuple[Path, Path]:
    """Lay out /proc and the control groups as the kernel shows them to a grader in a delegated scope."""
    proc, top = tmp_path / "proc", tmp_path / "cgroup"
    (proc / "self").mkdir(parents=True)
    (proc / "self/cgroup").write_text("3:cpu:/\n0::/user.slice/run.scope\n")
    (proc / "self/mounts").write_text(f"proc /proc proc rw 0 0\ncgroup2 {top} cgroup2 rw 0 0\n")
    own = top / "user.slice/run.scope"
    own.mkdir(parents=True)
    (own / "cgroup.controllers").write_text(controllers)
    (own / "cgroup.subtree_control").write_text("")
    (own / "cgroup.procs").write_text(inhabitants or f"{os.getpid()}\n")
    return proc, own


def test_a_delegated_part_is_used(tmp_path: Path) -> None:
    """The grader steps down, hands the controllers on, and makes a group with its limits for a program."""
    proc, own = _tree(tmp_path)
    found = cgroup.find(proc)
    assert found is not None
    assert (own / f"grader-{os.getpid()}" / "cgroup.procs").read_text() == str(os.getpid())
    assert set((own / "cgroup.subtree_control").read_text().split()) == {"+memory", "+pids"}
    group = found.group("program-1", 1000, 7)
    assert (group.path / "memory.max").read_text() == "1000"
    assert (group.path / "pids.max").read_text() == "7"


@pytest.mark.parametrize("change", ["controllers", "others", "no v2"])
def test_what_was_not_handed_over_is_left_alone(tmp_path: Path, change: str) -> None:
    """Without the controllers, with somebody else in the group, or without version 2, nothing is touched."""
    proc, own = _tree(
        tmp_path,
        controllers="cpu" if change == "controllers" else "memory pids",
        inhabitants=f"{os.getpid()}\n1\n" if change == "others" else "",
    )
    if change == "no v2":
        (proc / "self/mounts").write_text("proc /proc proc rw 0 0\n")
    assert cgroup.find(proc) is None
    assert (own / "cgroup.subtree_control").read_text() == ""


def test_running_out_is_read_from_the_group(tmp_path: Path) -> None:
    """A process that the kernel ended for memory is told from one that ended itself."""
    group = cgroup.Group(tmp_path)
    assert not group.ran_out()
    (tmp_path / "memory.events").write_text("low 0\nmax 9\noom 1\noom_kill 0\n")
    assert not group.ran_out()
    (tmp_path / "memory.events").write_text("low 0\nmax 9\noom 1\noom_kill 1\n")
    assert group.ran_out()


def test_a_folder_is_measured_in_bytes_and_files(tmp_path: Path) -> None:
    """What lies in folders below counts, links do not lead out."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a/b").write_bytes(bytes(1 << 20))
    (tmp_path / "link").symlink_to("/usr")
    assert memory.folder_exceeds(str(tmp_path), 1 << 19)
    assert not memory.folder_exceeds(str(tmp_path), 1 << 22)


def _writable_v2() -> Path | None:
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, place, kind, *_ = line.split()
        if kind == "cgroup2" and os.access(place, os.W_OK):
            return Path(place)
    return None


def test_a_program_and_all_it_starts_live_in_its_group(launchers: Launchers) -> None:
    """The box joins before it runs anything, so what it starts is counted too; the group goes when it has ended."""
    from grader.sandbox.warm import WarmLauncher

    top = _writable_v2()
    if top is None:
        pytest.skip("no control groups (v2) that can be changed")
    launchers.get("namespaces")  # or skip
    seen: list[set[int]] = []

    class Unlimited(cgroup.Delegated):
        def group(self, name: str, memory_bytes: int, processes: int) -> cgroup.Group:
            path = self.base / name
            path.mkdir()
            return cgroup.Group(path)

    def look(child: Child, heard: Heard) -> None:
        (group,) = base.glob("program-*")
        members = {int(pid) for pid in (group / "cgroup.procs").read_text().split()}
        seen.extend([members, set(tree.descendants(*child.roots))])
        child.kill("grader")

    async def once() -> None:
        launcher = WarmLauncher("namespaces")
        launcher._groups = Unlimited(base)
        await ran(launcher, "import os, time\nos.fork()\nprint('x', flush=True)\ntime.sleep(60)", meanwhile=look)
        await launcher.close()

    base = top / f"test-{os.getpid()}"
    base.mkdir()
    try:
        launchers.loop.run_until_complete(once())
        members, below = seen
        assert len(below) >= 3
        assert below <= members
        assert not list(base.glob("program-*"))
    finally:
        base.rmdir()


def test_a_worker_of_a_grader_that_moved_down_makes_groups_beside(tmp_path: Path) -> None:
    """Several workers share what was handed to the grader that started them."""
    proc, own = _tree(tmp_path)
    (own / "cgroup.subtree_control").write_text("memory pids")
    (own / "grader-1").mkdir()
    (proc / "self/cgroup").write_text("0::/user.slice/run.scope/grader-1\n")
    found = cgroup.find(proc)
    assert found is not None
    assert found.base == own
