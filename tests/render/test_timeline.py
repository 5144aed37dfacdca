"""The timeline says in words what the drawing shows, and both come from the order of events."""

from __future__ import annotations

from grader.render.excerpt import ROOMS
from grader.render.timeline import Timeline, streams_of, timeline
from grader.trace import Trace
from tests.render.samples import TEXT, pieces, streamed
from tests.traces import TraceBuilder


def drawn_of(trace: Trace) -> Timeline:
    """The one timeline of a run."""
    (stream,) = streams_of(trace)
    return timeline(trace, stream, "run", ROOMS[0])


def drawn(run: TraceBuilder) -> Timeline:
    """The one timeline of a run that has ended."""
    return drawn_of(run.exits().trace)


def test_a_streamed_answer_is_said_to_arrive() -> None:
    """Each piece is shown before the next one leaves."""
    found = drawn_of(streamed(progressive=True))
    count = len(pieces())
    assert found.finding == f"All {count} pieces reached your screen as they arrived"
    assert not found.any_late
    assert all(p.shown_step == (p.sent_step or 0) + 1 for p in found.passages)


def test_a_held_back_answer_is_a_fan_that_ends_in_one_place() -> None:
    """All pieces come to the screen at once, after the last has left."""
    found = drawn_of(streamed(progressive=False))
    count = len(pieces())
    assert found.finding == f"After {found.late} of {count} pieces more than a line was missing from your screen"
    assert found.late == sum(not p.kept_up for p in found.passages)  # what the table marks is what is said
    assert "all came out at once, after the last one had been sent" in found.reading
    assert len({p.shown_step for p in found.passages}) == 1
    assert found.drawing.count('class="way late"') == len(pieces())


def test_an_answer_that_is_left_is_said_to_be_left() -> None:
    """Pieces that never left the server are not drawn as if they had."""
    some, rest = pieces()[:8], pieces()[8:]
    run = TraceBuilder("exercise3").stream(some, how="gone", unsent=rest)
    found = drawn(run)
    assert found.finding == f"{len(rest)} of {len(pieces())} pieces were never read"
    assert found.drawing.count('class="way') == len(some)


def test_an_answer_on_standard_error_never_reaches_the_screen() -> None:
    """Only standard output is the screen."""
    found = drawn(TraceBuilder("exercise3").stream(pieces(), shown=False).complains(TEXT))
    assert found.finding == f"None of the {len(pieces())} pieces reached your screen"
    assert found.drawing.count('class="way unseen"') == len(pieces())


def test_the_drawing_goes_by_order_and_not_by_time() -> None:
    """The same events at other times make the same drawing."""
    slow = streamed(progressive=False)
    found = drawn_of(slow)
    again = TraceBuilder("exercise3").message(usage=(52, 610), text="The plain answer.")
    again.stream(pieces(), usage=(52, 655), shown=False).prints(TEXT)
    assert drawn(again).drawing == found.drawing


def test_the_table_has_every_piece_or_says_how_many_are_left_out() -> None:
    """Nothing is left out silently."""
    found = drawn(TraceBuilder("exercise3").stream(pieces(TEXT, 5), shown=False).prints(TEXT))
    assert len(found.rows) + found.left_out == len(found.passages)
    assert found.left_out > 0
