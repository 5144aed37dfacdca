"""What a sealed program can see: a root of its own, in two steps.

Theory: the warm parent moves once into a mount namespace (Linux 3.8) with a small, read-only root: the
interpreter and the system's libraries, bound from the machine (`open_tree`, `mount_setattr`, Linux 5.12), a few
devices, and nothing else. Binding is done with the rights of the one who grades, so an interpreter in a home that
nobody else may enter is there too. Each box copies that namespace, which is cheap because it is small, and puts
its own writable folders (tmpfs, bounded in bytes and files) and its own /proc into it. They vanish with the
box's last process. Folders that hold the grader's own code are covered.
"""

from __future__ import annotations

import contextlib
import os
import site
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from grader.sandbox import landlock, linux

BOX = "/box"
WORK, HOME = "/box/work", "/box/home"
INSIDE = "/run/box/inside.py"
CERTIFICATE = "/run/box/certificate.pem"

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_SETTINGS = ("/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types", "/etc/alternatives")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_WRITABLE = (BOX, "/tmp", "/dev/shm")
_LINKS = {
    "/dev/fd": "/proc/self/fd",
    "/dev/stdin": "/proc/self/fd/0",
    "/dev/stdout": "/proc/self/fd/1",
    "/dev/stderr": "/proc/self/fd/2",
}
_TEXTS = {
    "/etc/hosts": "127.0.0.1 localhost\n",
    "/etc/passwd": "student:x:1000:1000::/box/home:/bin/sh\n",
    "/etc/group": "student:x:1000:\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}
_READ_ONLY, _NO_SUID, _NO_DEVICES = 1, 2, 4  # MOUNT_ATTR_*
_ASIDE = "/tmp"  # where the new root is built: a folder that every machine has


@dataclass(frozen=True)
class Root:
    """The new root: folders and files of the machine, links, and texts of our own."""

    bound: tuple[str, ...]
    links: Mapping[str, str]
    texts: Mapping[str, str]
    covered: tuple[str, ...] = ()

    def allowed(self, port: int) -> landlock.Allowed:
        """The same for Landlock."""
        paths = dict.fromkeys(self.bound, landlock.RUN)
        paths |= {"/etc": landlock.READ, "/run/box": landlock.READ, "/proc": landlock.READ}
        paths |= {"/dev": landlock.USE_DEVICE} | dict.fromkeys(_WRITABLE, landlock.CHANGE)
        return landlock.Allowed(paths, [port])


def environment() -> dict[str, str]:
    """What differs in a box from the grader's own environment."""
    path = f"{os.path.dirname(sys.executable)}:/usr/local/bin:/usr/bin:/bin"
    return {"PATH": path, "TMPDIR": "/tmp", "TEMP": "/tmp", "TMP": "/tmp", "SSL_CERT_FILE": CERTIFICATE}


def interpreter_paths() -> tuple[list[str], dict[str, str]]:
    """Find what this interpreter needs: folders and files by real path, and the links that lead to them."""
    wanted = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix, *site.getsitepackages()}
    if site.ENABLE_USER_SITE:
        wanted.add(site.getusersitepackages())
    with open("/proc/self/maps") as mapped:  # shared libraries, wherever they lie
        wanted |= {line[line.index("/") :].rstrip("\n") for line in mapped if ".so" in line and "/" in line}
    wanted.add(sys.executable)
    links: dict[str, str] = {}
    real: set[str] = set()
    for path in wanted:
        if os.path.exists(path):
            real.add(_follow(os.path.abspath(path), links))
    return sorted(real), links


def _follow(path: str, links: dict[str, str]) -> str:
    """Resolve a path one link at a time, noting each link on the way."""
    for _ in range(40):
        place = ""
        for part in path.split("/")[1:]:
            place += f"/{part}"
            if os.path.islink(place):
                target = os.readlink(place)
                links[place] = target
                path = os.path.normpath(os.path.join(os.path.dirname(place), target) + path[len(place) :])
                break
        else:
            return path
    raise OSError(f"Too many links at {path}.")


def root_of_this_machine(texts: Mapping[str, str], covered: Iterable[str]) -> Root:
    """Collect what a program may see of this machine."""
    paths, links = interpreter_paths()
    for path in (*_SYSTEM, *_SETTINGS):
        if os.path.islink(path):
            links[path] = os.readlink(path)
        elif os.path.exists(path):
            paths.append(path)
    bound: list[str] = []
    for path in sorted(paths):
        if not any(path == above or path.startswith(f"{above}/") for above in bound):
            bound.append(path)
    inside = tuple(path for path in covered if any(path.startswith(f"{above}/") for above in bound))
    links = {link: to for link, to in links.items() if not any(link.startswith(f"{above}/") for above in bound)}
    return Root(tuple(bound), links, _TEXTS | dict(texts), inside)


def everything(root: Root) -> Root:
    """Show the machine's folders too, and writable, for tests that switch this layer off."""
    ours = (*_WRITABLE, "/proc", "/dev", "/run", "/etc", "/old")
    more = []
    for name in os.listdir("/"):
        path = f"/{name}"
        there = os.path.isdir(path) and not os.path.islink(path) and path not in ours
        if there and not any(bound == path or bound.startswith(f"{path}/") for bound in root.bound):
            more.append(path)
    return Root((*root.bound, *more), root.links, root.texts)


def enter(root: Root, *, writable: bool = False) -> None:
    """Make `root` the root of this process, which has a new mount namespace and the rights in it."""
    linux.mount("none", "/", linux.MS_REC | linux.MS_PRIVATE)
    attributes = 0 if writable else _READ_ONLY | _NO_SUID | _NO_DEVICES
    folders = {path for path in root.bound if os.path.isdir(path)}
    trees: dict[str, int] = {}
    for path in root.bound:
        trees[path] = linux.clone_tree(path)
        linux.set_attributes(trees[path], attributes)
    for path in _DEVICES:
        trees[path] = linux.clone_tree(path)
        linux.set_attributes(trees[path], _READ_ONLY | _NO_SUID)
    trees["/proc"] = linux.clone_tree("/proc")
    folders.add("/proc")
    new = _ASIDE
    linux.mount("tmpfs", new, linux.MS_NOSUID | linux.MS_NODEV, "size=4m,mode=755")
    for path in ("/old", *_WRITABLE):
        os.makedirs(new + path, exist_ok=True)
    for path, tree in trees.items():
        _make_place(new + path, folder=path in folders)
        linux.attach_tree(tree, new + path)
    for path in root.covered:
        if os.path.isdir(new + path):
            linux.mount("tmpfs", new + path, linux.MS_RDONLY, "size=4k,mode=755")
    for path, target in {**root.links, **_LINKS}.items():
        if not os.path.lexists(new + path):
            os.makedirs(os.path.dirname(new + path), exist_ok=True)
            os.symlink(target, new + path)
    for path, text in root.texts.items():
        if not os.path.exists(new + path):
            os.makedirs(os.path.dirname(new + path), exist_ok=True)
            with open(new + path, "w") as file:
                file.write(text)
    os.chdir(new)
    linux.pivot_root(".", "old")
    linux.unmount("/old")
    os.rmdir("/old")
    linux.mount("none", "/", linux.MS_REMOUNT | linux.MS_RDONLY | linux.MS_NOSUID | linux.MS_NODEV)
    os.chdir("/")


def furnish(root: Root, owner: int, limits: Mapping[str, float], *, bounded: bool = True) -> None:
    """Give a box its own writable folders and its own /proc, in its own mount namespace."""
    below_tmp = [path for path in root.bound if path.startswith("/tmp/")]
    trees = {path: (linux.clone_tree(path), os.path.isdir(path)) for path in below_tmp}
    links = {link: to for link, to in root.links.items() if link.startswith("/tmp/")}
    size = int(limits["scratch_bytes"])
    flags = linux.MS_NOSUID | linux.MS_NODEV
    mine = f"uid={owner},gid={owner}"

    def room(share: int, files: int) -> str:
        return f"size={size // share},nr_inodes={files}" if bounded else "size=50%"

    linux.mount("tmpfs", "/tmp", flags, f"{room(2, 4096)},mode=1777")
    for path, (tree, folder) in trees.items():
        _make_place(path, folder=folder)
        linux.attach_tree(tree, path)
    for path, target in links.items():
        with contextlib.suppress(FileExistsError):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.symlink(target, path)
    linux.mount("tmpfs", BOX, flags, f"{room(1, 8192)},mode=700,{mine}")
    linux.mount("tmpfs", "/dev/shm", flags, f"{room(4, 512)},mode=1777")
    linux.mount("proc", "/proc", flags | linux.MS_NOEXEC, "hidepid=2")


def _make_place(path: str, *, folder: bool) -> None:
    os.makedirs(path if folder else os.path.dirname(path), exist_ok=True)
    if not folder and not os.path.exists(path):
        with open(path, "w"):
            pass
