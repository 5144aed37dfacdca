"""The plan by which an exercise's functions are called, and what is taken of the claims that come back.

Values are drawn from the seed; no right answer is known here. What was called, and with what, is the plan's to say: a
claim says what came back, call by call, in the plan's order. Whatever else a program posts is no claim.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
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


class ProbeClaims:
    """Reads the claims of one run, each of which can be made once."""

    def __init__(self, plan: Mapping[str, Any]) -> None:
        self._calls = plan["calls"]
        self._named = False
        self._returned: dict[int, Mapping[str, Any]] = {}  # by the call's number
        self._next = 0

    def names(self, claim: Any) -> dict[str, Any] | None:
        """What the import came to, as the fields of a `NamesRead`; None for all that is no such claim."""
        if not isinstance(claim, dict) or self._named:
            return None
        names, functions, line = claim.get("names"), claim.get("functions"), claim.get("line")
        if not isinstance(names, dict) or not isinstance(functions, list):
            return None
        self._named = True
        return {
            "names": names,
            "functions": tuple(str(name) for name in functions),
            "raised": None if claim.get("raised") is None else str(claim["raised"]),
            "line": line if isinstance(line, int) else None,
        }

    def value(self, claim: Any) -> dict[str, Any] | None:
        """What a call came to, as the fields of a `ValueReturned`; None for all that is no claim of a call to come."""
        if not isinstance(claim, dict) or not isinstance(claim.get("value"), dict):
            return None
        number = claim.get("call")
        if type(number) is not int or not self._may_be_next(number):
            return None
        self._next = number + 1
        self._returned[number] = claim["value"]
        call = self._calls[number]
        of = call.get("of")
        args = call["args"] if of is None else [self._returned[of]]
        return {"function": call["function"], "args": tuple(args), "value": claim["value"], "of": of}

    def unreturned(self) -> dict[str, Any] | None:
        """The first call that never came back, as the fields of a `ValueReturned`; None where there is none."""
        left = [call for call in self._calls[self._next :] if "of" not in call]
        if not self._named or not left:
            return None
        value = {"type": "ended", "value": None}
        return {"function": left[0]["function"], "args": tuple(left[0]["args"]), "value": value, "of": None}

    def _may_be_next(self, number: int) -> bool:
        """Only calls with what an earlier one returned are passed over, where that was no number."""
        if not self._next <= number < len(self._calls):
            return False
        if any("of" not in call for call in self._calls[self._next : number]):
            return False
        return self._calls[number].get("of", number) in {*self._returned, number}


def _drawn_pairs(draw: random.Random) -> list[tuple[int, int]]:
    """Pairs whose counts differ from one another and stand in no simple ratio."""
    pairs: list[tuple[int, int]] = []
    while len(pairs) < _DRAWN:
        one, other = draw.randrange(101, 9_000), draw.randrange(101, 4_000)
        if one != other and max(one, other) % min(one, other) != 0:
            pairs.append((one, other))
    return pairs
