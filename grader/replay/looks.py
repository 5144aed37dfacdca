"""When a gate looks at a program again: soon at first, then less often, and soon again when something stirs. Pure."""

from __future__ import annotations

_FIRST_LOOK_S = 0.001  # a right program shows a piece in less; after that, looking costs it nothing
_SLOWEST_LOOK_S = 0.02
_STIRS = 8  # in a row, after which one looks all the same: a spinner may write faster than one can look


class Looks:
    """The pauses between looks: short at first, longer while nothing stirs."""

    def __init__(self, now_s: float) -> None:
        self.last_s = 0.0
        self._now_s = now_s
        self._next_s = _FIRST_LOOK_S
        self._stirs = 0

    def next_s(self) -> float:
        self.last_s = self._next_s
        self._next_s = min(self._next_s * 1.5, _SLOWEST_LOOK_S)
        return self.last_s

    def took_s(self, now_s: float) -> float:
        """How long it is since this was asked, the looks and whatever else had its turn included."""
        took_s, self._now_s = now_s - self._now_s, now_s
        return took_s

    def again(self) -> bool:
        """Begin with short pauses; tell whether to pause once more, which is not for ever."""
        self._next_s = _FIRST_LOOK_S
        self._stirs += 1
        return self._stirs % _STIRS != 0
