"""A folder a student (`ann/exercise1.py`), or an archive a student (`ann.zip`)."""

from __future__ import annotations

from collections.abc import Iterator

from grader.bulk.archives.names import ENDINGS, is_archive, shown
from grader.bulk.layouts.handed import Handed
from grader.bulk.layouts.tree import Tree


def folders(tree: Tree) -> Iterator[Handed]:
    """Take every folder and every archive as a student's own."""
    within: dict[str, dict[str, str]] = {name: {} for name in tree.folders}
    tops: dict[str, list[str]] = {name: [name] for name in tree.folders}
    for name in tree.names:
        top, slash, rest = name.partition("/")
        if slash:
            within.setdefault(top, {})[rest] = name
        elif is_archive(name):
            tops.setdefault(_stem(name), []).append(name)
        elif _is_link(tree, name):
            tops.setdefault(name, []).append(name)
    for student, entries in sorted(tops.items()):
        if len(entries) > 1:
            said = " and ".join(shown(entry) for entry in entries)
            yield Handed(student, problem=f"{said} are both there: leave the one that counts.")
        elif entries[0] in within:
            files = within[entries[0]]
            yield Handed(student, files) if files else Handed(student, problem=f"{shown(student)} is an empty folder.")
        elif is_archive(entries[0]):
            yield Handed(student, {entries[0]: entries[0]})
        else:
            yield Handed(student, problem=f"{shown(student)} is a link, which is not followed.")


def _stem(name: str) -> str:
    lower = name.lower()
    ending = next((ending for ending in sorted(ENDINGS, key=len, reverse=True) if lower.endswith(ending)), "")
    return name[: -len(ending)] if ending else name.rsplit(".", 1)[0]


def _is_link(tree: Tree, name: str) -> bool:
    try:
        tree.read(name, 0)
    except OSError:
        return False
    except ValueError as error:
        return "a link" in str(error)
    return False
