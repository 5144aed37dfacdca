"""Which layout a folder has, and by what that was seen. Two that fit are named, and neither is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from grader.bulk.archives.names import is_archive
from grader.bulk.found import IntakeError
from grader.bulk.layouts import canvas, folders, github, gradescope, moodle
from grader.bulk.layouts.handed import Handed
from grader.bulk.layouts.tree import Tree

LAYOUTS: Mapping[str, Callable[[Tree], Iterable[Handed]]] = {
    "folders": folders.folders,
    "canvas": canvas.canvas,
    "moodle": moodle.moodle,
    "gradescope": gradescope.gradescope,
    "github": github.github,
}


@dataclass(frozen=True)
class Recognised:
    """A layout and what speaks for it, as half a sentence."""

    layout: str
    why: str


def recognised(tree: Tree) -> Recognised:
    """Look at the names; raise IntakeError where none or more than one layout fits."""
    loose = [name for name in tree.names if "/" not in name]
    fits: list[Recognised] = []
    if gradescope.METADATA in loose:
        fits.append(Recognised("gradescope", f"there is a {gradescope.METADATA}"))
    tops = {name.split("/")[0] for name in tree.names} | set(tree.folders)
    if named := sorted(top for top in tops if moodle.matches(top)):
        fits.append(Recognised("moodle", f"{len(named)} of {len(tops)} names are like {named[0]!r}"))
    if named := sorted(name for name in loose if canvas.matches(name) and not moodle.matches(name)):
        fits.append(Recognised("canvas", f"{len(named)} of {len(tops)} names are like {named[0]!r}"))
    own = sorted(name for name in tree.folders if not moodle.matches(name))
    if not any(fit.layout == "gradescope" for fit in fits):
        if (own and tree.label.endswith("-submissions")) or (len(own) == 1 and own[0].endswith("-submissions")):
            fits.append(Recognised("github", "the folder's name ends with -submissions"))
        elif own and set(own) <= tree.clones:
            fits.append(Recognised("github", "every folder is a clone"))
        elif own and any(_holds_programs(tree, name) for name in own):
            fits.append(Recognised("folders", f"{len(own)} folders, such as {own[0]!r}"))
    if len(fits) > 1:
        said = "; ".join(f"{fit.layout} ({fit.why})" for fit in fits)
        raise IntakeError(f"{tree.where} looks like more than one layout: {said}. Say which with --layout.")
    if fits:
        return fits[0]
    archives = [name for name in loose if is_archive(name)]
    return Recognised("folders", f"{len(own)} folders and {len(archives)} archives, one a student")


def _holds_programs(tree: Tree, folder: str) -> bool:
    return any(name.startswith(f"{folder}/") and name.endswith((".py", ".ipynb")) for name in tree.names)
