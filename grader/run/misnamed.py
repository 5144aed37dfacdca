"""Which file of a submission is meant for an exercise whose own file is not there. Looks at names only.

Theory: a number says whose a file is. What has another exercise's number, or its very name, is never offered, since
renaming it would take that exercise its file. Firm is only what spells the exercise's name in another way; everything
else is said with an if.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

_ENDING = re.compile(r"(?P<stem>.*?)(?P<kind>\.py|\.ipynb)?(?:\.txt)?\Z", re.IGNORECASE | re.DOTALL)
_COPY = re.compile(r"\(\d+\)|[\s_-]+copy(?:[\s_-]*\d+)?\Z|\Acopy[\s_-]+of[\s_-]+", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_NUMBERED = re.compile(r"(?P<word>\D+)(?P<number>\d+)\Z")
_CLOSE = 0.8
_MOST_NAMED = 3


def misnamed(exercise: str, names: Iterable[str], exercises: Sequence[str]) -> str:
    """Say which file to rename for an exercise, '' where none is meant for it; `exercises` are all of the course."""
    own = {f"{each}.py" for each in exercises} | {f"{each}.ipynb" for each in exercises}
    programs = [name for name in sorted(names) if _kind(name) is not None]
    files = [name for name in programs if name not in own]
    spelled = [name for name in files if _spelled(name) == exercise.lower()]
    if spelled:
        return _said(spelled, exercise, firm=True)
    numbered = [name for name in files if _number(name, exercise) == _number(exercise, exercise) is not None]
    if numbered:
        return _said(numbered, exercise, firm=False)
    without = [name for name in files if _kind(name) and not _NUMBER.search(_stem(name))]
    if len(programs) > 1:  # then it may be a module that another exercise imports
        without = [name for name in without if _is_close(name, exercise)]
    return _said(without, exercise, firm=False) if len(without) == 1 else ""


def _said(names: list[str], exercise: str, *, firm: bool) -> str:
    kinds = {_kind(name) for name in names}
    wanted = f"{exercise}{'.ipynb' if kinds == {'.ipynb'} else '.py'}"
    if len(names) > 1:
        among = ", ".join(names[:_MOST_NAMED]) + (" and others" if len(names) > _MOST_NAMED else "")
        return f"These may be meant: {among}. Name the right one {wanted}, in the folder itself."
    (name,) = names
    if not firm:
        return f"If {name} is meant to be it, name it {wanted}, in the folder itself."
    article = "an" if name[0].lower() in "aeio" else "a"
    return f"There is {article} {name}: the name must be {wanted}, in the folder itself."


def _kind(name: str) -> str | None:
    """The ending of a program or a notebook, '' where there is no ending at all, None for other files."""
    last = name.rpartition("/")[2]
    found = _ENDING.match(last)
    kind = found["kind"] if found is not None else None
    return kind.lower() if kind else ("" if "." not in last else None)


def _stem(name: str) -> str:
    """A file's name without folders, ending, and what systems add to a copy's."""
    found = _ENDING.match(name.rpartition("/")[2])
    return _COPY.sub("", found["stem"] if found is not None else name).lower()


def _spelled(name: str) -> str:
    """The letters and digits of a file's name, a number without zeros before it."""
    letters = "".join(sign for sign in _stem(name) if sign.isalnum())
    return re.sub(r"(?<!\d)0+(?=\d)", "", letters)


def _number(name: str, exercise: str) -> int | None:
    """The number of a file: the one after the exercises' word, else the only one in its name."""
    stem = _stem(name)
    own = _NUMBERED.match(exercise.lower())
    if own is not None and (found := re.search(re.escape(own["word"]) + r"[\W_]*(\d+)", stem)):
        return int(found[1])
    numbers = {int(number) for number in _NUMBER.findall(stem)}
    return numbers.pop() if len(numbers) == 1 else None


def _is_close(name: str, exercise: str) -> bool:
    """Tell whether a file's name is nearly the exercise's word."""
    word = exercise.lower().rstrip("0123456789")
    return difflib.SequenceMatcher(None, _spelled(name), word).ratio() >= _CLOSE
