"""Gradescope, "export submissions": a folder a submission, beside a list whose keys are symbols of Ruby."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from grader.bulk.archives.names import shown
from grader.bulk.found import IntakeError
from grader.bulk.layouts.handed import Handed
from grader.bulk.layouts.tree import Tree
from grader.identity import Identity, Person, moment

METADATA = "submission_metadata.yml"
_LARGEST_BYTES = 256 << 20


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the base depends on how yaml was built
    """Reads Ruby's own types as the plain values they hold."""


def _plain(loader: Any, suffix: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)


_Loader.add_multi_constructor("!ruby/", _plain)


def gradescope(tree: Tree) -> Iterator[Handed]:
    """Take each submission that the metadata names, and each folder that it does not."""
    said = _metadata(tree)
    within: dict[str, dict[str, str]] = {name: {} for name in tree.folders}
    for name in tree.names:
        top, slash, rest = name.partition("/")
        if slash:
            within.setdefault(top, {})[rest] = name
    for folder in sorted({*said, *within}):
        if folder not in said:
            yield Handed(folder, problem=f"{METADATA} does not name {shown(folder)}: nobody knows whose it is.")
            continue
        entry = said[folder]
        people = tuple(
            Person(_text(person, "name"), _text(person, "sid"), _text(person, "email"))
            for person in _of(entry, "submitters") or ()
            if isinstance(person, Mapping)
        )
        number = folder.rpartition("_")[2]
        at = moment(_of(entry, "created_at"))
        identity = Identity("gradescope", people, number, at)
        names = [person.name or person.email or person.id for person in people]
        student = ", ".join(names) or folder
        problem = "" if people else f"{METADATA} names nobody who handed {shown(folder)} in."
        name = f"{names[0] if names else ''}_{number}"
        yield Handed(student, within.get(folder, {}), name, identity, problem=problem)


def _metadata(tree: Tree) -> Mapping[str, Mapping[Any, Any]]:
    try:
        value = yaml.load(tree.read(METADATA, _LARGEST_BYTES).decode("utf-8"), Loader=_Loader)
    except (OSError, ValueError, yaml.YAMLError) as error:
        said = " ".join(str(error).split())[:200]
        raise IntakeError(f"{tree.where}: {METADATA} cannot be read ({said}). Export the submissions again.") from None
    if not isinstance(value, Mapping) or not all(isinstance(entry, Mapping) for entry in value.values()):
        raise IntakeError(f"{tree.where}: {METADATA} does not list submissions. Export the submissions again.")
    return {str(name).lstrip(":"): entry for name, entry in value.items()}


def _of(entry: Mapping[Any, Any], key: str) -> Any:
    """Get a value by its key, with the colon of a Ruby symbol or without."""
    return entry.get(f":{key}", entry.get(key))


def _text(entry: Mapping[Any, Any], key: str) -> str:
    value = _of(entry, key)
    return "" if value is None else str(value).strip()
