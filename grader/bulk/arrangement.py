"""Which of a submission's files is which exercise. Looks at names only, so it is known before anything is read.

Theory: an exercise lies in the folder itself, as the contract says. Where it does not, one folder deeper is tolerated,
if it is there once: that folder's files then move up together, so that what they import and read is still beside
them. Twice is refused with the candidates. A program goes before a notebook of the same folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from grader.bulk.archives.names import collision_key, shown
from grader.run.notebook import with_notebooks
from grader.run.submission import Submission

_EXERCISE = re.compile(r"(?:(?P<folder>[^/]+)/)?(?P<name>exercise\d+)\.(?P<kind>py|ipynb)\Z")


@dataclass(frozen=True)
class Arrangement:
    """`taken`: exercise to file; `lifted`: folders whose files move up; `refused`: program to reason."""

    taken: Mapping[str, str] = field(default_factory=dict)
    lifted: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)

    def apply(self, name: str, files: Mapping[str, bytes], rejected: Mapping[str, str]) -> Submission:
        """Make the submission of what was read."""
        moved = {self._moved(each): content for each, content in files.items()}
        said = {self._moved(each): reason for each, reason in rejected.items()}
        made, said = with_notebooks(moved, said | dict(self.refused))
        for program in self.refused:
            made.pop(program, None)
        return Submission(name, made, said)

    def _moved(self, name: str) -> str:
        folder, slash, rest = name.partition("/")
        return rest if slash and folder in self.lifted else name


def arranged(names: Iterable[str]) -> Arrangement:
    """Decide from the names of a submission's files."""
    names = list(names)
    candidates: dict[str, dict[str, list[str]]] = {}  # exercise, folder, files
    for name in names:
        if found := _EXERCISE.match(name):
            candidates.setdefault(found["name"], {}).setdefault(found["folder"] or "", []).append(name)
    taken: dict[str, str] = {}
    refused: dict[str, str] = {}
    lifted: dict[str, str] = {}
    for exercise, places in sorted(candidates.items()):
        if "" in places:
            taken[exercise] = _program_first(places[""])
        elif len(places) > 1:
            among = ", ".join(shown(_program_first(files)) for _, files in sorted(places.items()))
            refused[f"{exercise}.py"] = f"it is there more than once ({among}): put the right one in the folder itself"
        else:
            ((folder, files),) = places.items()
            taken[exercise] = lifted[folder] = _program_first(files)
    for folder in list(lifted):
        if clash := _clash(folder, names, set(lifted)):
            del lifted[folder]
            for exercise in [e for e, file in taken.items() if file.startswith(f"{folder}/")]:
                both = f"{shown(clash[0])} and {shown(clash[1])}"
                refused[f"{exercise}.py"] = f"{both} would be one file: leave one of them away"
                del taken[exercise]
    return Arrangement(taken, tuple(sorted(lifted)), refused)


def _program_first(files: list[str]) -> str:
    return min(files, key=lambda name: name.endswith(".ipynb"))


def _clash(folder: str, names: list[str], lifted: set[str]) -> tuple[str, str] | None:
    """Find a file of a folder that would meet another one if it moved up."""
    taken: dict[str, str] = {}
    for name in names:
        above, slash, rest = name.partition("/")
        if not (slash and above == folder):
            taken[collision_key(rest if slash and above in lifted else name)] = name
    for name in names:
        if name.startswith(f"{folder}/") and (other := taken.get(collision_key(name[len(folder) + 1 :]))):
            return other, name
    return None
