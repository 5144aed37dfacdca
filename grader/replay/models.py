"""Names of models: which exist, and what a request for one is answered with. Facts, no prices."""

from __future__ import annotations

import re
from collections.abc import Container

# Names that the public API has or had; each may carry a date, and those of generation 3 always do.
KNOWN = frozenset(
    {
        "claude-opus-5-5",
        "claude-opus-5",
        "claude-opus-4-8",
        "claude-opus-4-7",
        "claude-opus-4-6",
        "claude-opus-4-5",
        "claude-opus-4-1",
        "claude-opus-4-0",
        "claude-opus-4",
        "claude-sonnet-5-5",
        "claude-sonnet-5",
        "claude-sonnet-4-6",
        "claude-sonnet-4-5",
        "claude-sonnet-4-0",
        "claude-sonnet-4",
        "claude-haiku-5-5",
        "claude-haiku-4-5",
        "claude-fable-5-2",
        "claude-fable-5-1",
        "claude-fable-5",
        "claude-mythos-5-2",
        "claude-mythos-5-1",
        "claude-mythos-5",
        "claude-mythos-preview",
    }
)
GENERATION_3 = frozenset(
    {
        "claude-3-7-sonnet",
        "claude-3-5-sonnet",
        "claude-3-5-haiku",
        "claude-3-opus",
        "claude-3-sonnet",
        "claude-3-haiku",
    }
)
# The id that an answer carries where a name without a date was asked for; every other name stands for itself.
RESOLVED = {
    "claude-haiku-4-5": "claude-haiku-4-5-20251001",
    "claude-sonnet-4-5": "claude-sonnet-4-5-20250929",
    "claude-opus-4-5": "claude-opus-4-5-20251101",
    "claude-opus-4-1": "claude-opus-4-1-20250805",
    "claude-opus-4-0": "claude-opus-4-20250514",
    "claude-sonnet-4-0": "claude-sonnet-4-20250514",
    "claude-3-7-sonnet-latest": "claude-3-7-sonnet-20250219",
    "claude-3-5-sonnet-latest": "claude-3-5-sonnet-20241022",
    "claude-3-5-haiku-latest": "claude-3-5-haiku-20241022",
    "claude-3-opus-latest": "claude-3-opus-20240229",
}
_DATED = re.compile(r"-\d{8}\Z")


def base_name(model: str) -> str:
    """A model's name without its date."""
    return _DATED.sub("", model)


def exists(model: str, priced: Container[str]) -> bool:
    """Whether a request for a model is answered: a priced or a known name, with a date or without."""
    name = base_name(model)
    if name in priced or name in KNOWN:
        return True
    return (model != name and name in GENERATION_3) or model in RESOLVED


def resolved(model: str) -> str:
    """The id that an answer to a request for this model carries."""
    return RESOLVED.get(model, model)


def display_name(model: str) -> str:
    """A model's name for people: `Claude Haiku 4.5`."""
    words = base_name(model).split("-")
    names = [word.capitalize() for word in words if not word.isdigit()]
    number = ".".join(word for word in words if word.isdigit())
    return " ".join([*names, number] if number else names)
