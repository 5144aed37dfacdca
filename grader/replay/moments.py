"""A moment's rest before more than a line is missing, for programs that print at most so often by their own clock.

Theory: a display that is drawn anew a few times a second looks at its clock when a piece comes. The API sends slowly
enough for it; replayed as fast as it reads, it would hold back more than a line, and on a busy machine it would not. So
the piece that could make a line missing is kept back for longer than such a clock asks. That is for its good alone: a
program that shows nothing after a moment gets a longer one, and after a few in vain none.
"""

from __future__ import annotations

from grader.progress import Progress

_MOMENTS_S = (0.06, 0.15, 0.3)


class Moments:
    """The moments of one stream after another in a run."""

    def __init__(self) -> None:
        self._at = 0
        self._given = False
        self._in_vain = 0

    def shown(self) -> None:
        """All is on the screen, or more than there was before a moment: it was long enough."""
        if self._given:
            self._given, self._in_vain = False, 0

    def next_s(self, progress: Progress) -> float:
        """Say for how long the next piece is kept back, where it might make more than a line missing."""
        if self._given:
            self._in_vain += 1
            self._at = min(self._at + 1, len(_MOMENTS_S) - 1)
        self._given = progress.is_close and self._in_vain < len(_MOMENTS_S)
        return _MOMENTS_S[self._at] if self._given else 0.0
