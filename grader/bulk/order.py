"""The order in which submissions are begun. It decides when a batch ends, never what comes of a submission.

Theory: a program that hangs takes its whole time limit. If it is begun last, every processor waits for it; begun
earlier, the same seconds pass beside the others' work. So some submissions are read ahead, and the ones among these
that could wait or repeat something for long are begun before their turn, though not so many at once that nothing is
left to work on beside them. They are guessed by their sources: a wrong guess costs nothing.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator

from grader.run.submission import Submission

_AHEAD = 96  # submissions: more work than a time limit lasts
_AHEAD_BYTES = 16 << 20
_TURNS = 3  # of so many that are begun, one may last
_LASTING = re.compile(rb"^[ \t]*while\b.*:|\b(?:sleep|input|wait)\(|\.(?:get|join|acquire)\(\)", re.MULTILINE)


def lasting_early(work: Iterator[Submission]) -> Iterator[Submission]:
    """Give all submissions, those that may last before others that are read ahead with them."""
    lasting: deque[Submission] = deque()
    others: deque[Submission] = deque()
    ahead_bytes = turn = 0
    reading = True
    while reading or lasting or others:
        while reading and len(lasting) + len(others) < _AHEAD and ahead_bytes < _AHEAD_BYTES:
            read = next(work, None)
            if read is None:
                reading = False
            else:
                (lasting if may_last(read) else others).append(read)
                ahead_bytes += _bytes(read)
        if lasting or others:
            given = (lasting if lasting and (turn % _TURNS == 0 or not others) else others).popleft()
            ahead_bytes -= _bytes(given)
            turn += 1
            yield given


def may_last(submission: Submission) -> bool:
    """Tell whether a program of a submission waits, or has a loop without a known end."""
    return any(_LASTING.search(content) for name, content in submission.files.items() if name.endswith(".py"))


def _bytes(submission: Submission) -> int:
    return sum(map(len, submission.files.values()))
