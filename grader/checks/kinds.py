"""What a name in an exercise's `check:` tells of a check before anybody asks it. Loads no check."""

from __future__ import annotations

# The checks that speak of one streamed call, which is chosen so that most of them pass.
OF_ONE_STREAM = frozenset(
    {
        "streaming.create_then_stream",
        "streaming.streams_progressively",
        "streaming.shows_whole_answer",
        "usage.final_usage",
        "cost.stream_cost",
    }
)
# The checks that never look at the course's prices, not even to say what a call cost.
UNPRICED = frozenset(
    {
        "program.runs",
        "program.calls_api",
        "streaming.create_then_stream",
        "streaming.streams_progressively",
        "streaming.shows_whole_answer",
    }
)
OWN = "checks."


def is_own(name: str) -> bool:
    """Whether it stands for a function in the exercise's own `checks.py`."""
    return name.startswith(OWN)
