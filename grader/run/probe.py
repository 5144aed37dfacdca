"""The plan by which an exercise's functions are called: which values, drawn from the seed. Knows no right answer."""

from __future__ import annotations

import random
from typing import Any

from grader.course import Exercise

CLAIMS = "/grader/claims"

_FIXED_COUNTS = ((0, 0), (1_000_000, 0), (0, 1_000_000), (21, 77))
_DRAWN = 5
_FIXED_COSTS = (0.000406,)


def probe_plan(exercise: Exercise, seed: int) -> dict[str, Any]:
    """Draw the calls: pairs of token counts, then dollars, for the functions that the exercise names.

    A function called by `cost` gets every number that the first function called by `counts` returned, and drawn
    dollars as floats; which of the two is judged is decided later.
    """
    draw = random.Random(f"probe {exercise.name} {seed}")
    calls: list[dict[str, Any]] = []
    counted: list[int] = []
    for name, kind in exercise.functions.items():
        if kind == "counts":
            first = not counted
            for pair in (*_FIXED_COUNTS, *_drawn_pairs(draw)):
                if first:
                    counted.append(len(calls))
                calls.append({"function": name, "args": list(pair)})
    for name, kind in exercise.functions.items():
        if kind == "cost":
            calls += [{"function": name, "of": number} for number in counted]
            costs = (*_FIXED_COSTS, *(draw.randrange(1_000, 90_000) / 1e7 for _ in range(_DRAWN - 1)))
            calls += [{"function": name, "args": [cost]} for cost in costs]
    return {
        "module": exercise.name,
        "names": list(exercise.names),
        "functions": list(exercise.functions),
        "calls": calls,
        "claims": CLAIMS,
    }


def _drawn_pairs(draw: random.Random) -> list[tuple[int, int]]:
    """Pairs whose counts differ from one another and stand in no simple ratio."""
    pairs: list[tuple[int, int]] = []
    while len(pairs) < _DRAWN:
        one, other = draw.randrange(101, 9_000), draw.randrange(101, 4_000)
        if one != other and max(one, other) % min(one, other) != 0:
            pairs.append((one, other))
    return pairs
