"""What a layout says of one submission, and how that becomes a `Found`: listed now, read later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.bulk.archives.archive import Archive, open_archive, unpack
from grader.bulk.archives.limits import STUDENT, ArchiveError
from grader.bulk.archives.names import is_archive, shown
from grader.bulk.arrangement import arranged
from grader.bulk.found import LARGEST_SOURCE_BYTES, Found, Unpacked
from grader.bulk.layouts.tree import Tree
from grader.identity import Identity
from grader.run.submission import SubmissionError

_LARGEST_FILE_BYTES = 8 << 20
_LARGEST_TOTAL_BYTES = 32 << 20
_MOST_FILES = 2_000


@dataclass(frozen=True)
class Handed:
    """One submission: names in it to names in the tree; `name` is what files and rows are named after."""

    student: str
    files: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    identity: Identity | None = None
    late: bool = False
    problem: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)


def found_of(tree: Tree, handed: Handed) -> Found:
    """Decide which file is which exercise; what cannot be taken in is found too, with its problem."""
    identity = {} if handed.identity is None else handed.identity.to_mapping()
    problem = handed.problem
    packed = [name for name in handed.files if "/" not in name and is_archive(name)]
    loose = [name for name in handed.files if name not in packed]
    programs = [name for name in loose if name.rsplit("/", 1)[-1].endswith((".py", ".ipynb"))]
    inside: list[str] = []
    if problem:
        pass
    elif len(packed) > 1 and not programs:
        problem = f"There are {len(packed)} archives ({_some(packed)}), and nothing says which one counts."
    elif packed and programs:
        problem = (
            f"There is an archive ({shown(packed[0])}) beside programs ({_some(programs)}), "
            "and nothing says which counts."
        )
    elif packed:
        try:
            inside = _opened(tree, handed.files[packed[0]]).names
        except (ArchiveError, OSError, ValueError) as error:
            problem = f"The archive {shown(packed[0])} is refused: {error}."
    elif not handed.files and not handed.refused:
        problem = "It holds no files."
    if problem:
        return Found(handed.student, handed.name, late=handed.late, mapping=identity, problem=problem)
    arrangement = arranged(inside or loose)
    prefix = f"{packed[0]}/" if inside else ""
    taken = {exercise: shown(prefix + name) for exercise, name in arrangement.taken.items()}
    if not inside:
        taken = {exercise: shown(handed.files[name]) for exercise, name in arrangement.taken.items()}

    def read() -> Unpacked:
        try:
            return _unpacked(tree, handed.files[packed[0]]) if inside else _collected(tree, handed)
        except ArchiveError as error:
            raise SubmissionError(f"The archive {shown(packed[0])} is refused: {error}.") from None

    return Found(
        handed.student, handed.name, unpack=read, late=handed.late, mapping=taken | identity, arrangement=arrangement
    )


def _opened(tree: Tree, name: str) -> Archive:
    return open_archive(tree.read(name, STUDENT.archive_bytes), STUDENT)


def _unpacked(tree: Tree, name: str) -> Unpacked:
    return unpack(_opened(tree, name), _largest)


def _largest(name: str) -> int:
    return LARGEST_SOURCE_BYTES if name.endswith(".py") else _LARGEST_FILE_BYTES


def _collected(tree: Tree, handed: Handed) -> Unpacked:
    files: dict[str, bytes] = {}
    rejected = dict(handed.refused)
    total = 0
    for name, source in sorted(handed.files.items()):
        if len(files) >= _MOST_FILES:
            rejected[name] = f"more than {_MOST_FILES:,} files"
            break
        try:
            content = tree.read(source, _largest(name))
        except ValueError as error:
            rejected[name] = str(error)
            continue
        except OSError as error:
            rejected[name] = f"cannot be read ({error.strerror})"
            continue
        total += len(content)
        if total > _LARGEST_TOTAL_BYTES:
            rejected[name] = f"the files together are larger than {_LARGEST_TOTAL_BYTES >> 20} MB"
            break
        files[name] = content
    return files, rejected


def _some(names: list[str]) -> str:
    return ", ".join(shown(name) for name in sorted(names)[:4]) + (" …" if len(names) > 4 else "")
