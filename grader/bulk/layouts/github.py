"""Clones: `<slug>-submissions/<slug>-<student>/…` as GitHub Classroom left them, or any folder of repositories."""

from __future__ import annotations

from collections.abc import Iterator

from grader.bulk.layouts.handed import Handed
from grader.bulk.layouts.tree import Tree
from grader.identity import Identity, Person

_ENDING = "-submissions"


def github(tree: Tree) -> Iterator[Handed]:
    """Take every repository; its name without the assignment's is the student's."""
    inner = tree.folders[0] if len(tree.folders) == 1 and tree.folders[0].endswith(_ENDING) else ""
    prefix = f"{inner}/" if inner else ""
    label = inner or tree.label
    slug = label[: -len(_ENDING)] + "-" if label.endswith(_ENDING) else ""
    within: dict[str, dict[str, str]] = {} if inner else {name: {} for name in tree.folders}
    for name in tree.names:
        if name.startswith(prefix):
            repository, slash, rest = name[len(prefix) :].partition("/")
            if slash:
                within.setdefault(repository, {})[rest] = name
    for repository, files in sorted(within.items()):
        student = repository[len(slug) :] if slug and repository.startswith(slug) and repository != slug else repository
        yield Handed(student, files, identity=Identity("github", (Person(student, student),), repository))
