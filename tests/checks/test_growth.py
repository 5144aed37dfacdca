"""How an answer grew on the screen: the backlog at each gate, from the order of events alone."""

from __future__ import annotations

from grader.checks.growth import Growth, growth, line_ends
from grader.progress import LINE
from tests.checks.answers import ANSWER, PIECES, asked, held_back, streamed
from tests.traces import TraceBuilder


def grown(trace: TraceBuilder) -> Growth:
    """The growth of the trace's last stream."""
    return growth(trace.trace, trace.trace.messages[-1])


def test_a_piece_shown_before_the_next_leaves_is_in_time() -> None:
    """A right program has no backlog at any gate."""
    found = grown(streamed())
    assert found.keeps_up
    assert (found.late, found.late_percent, found.largest_backlog) == (0, 0, 0)
    assert len(found.gates) == found.pieces == len(PIECES)


def test_text_that_waits_for_the_end_is_late_once_a_line_has_been_sent() -> None:
    """The first pieces are no more than a line; from there on every gate is late."""
    found = grown(held_back())
    assert not found.keeps_up
    assert all(gate.kept_up == (gate.backlog <= LINE) for gate in found.gates)
    assert found.largest_backlog == len(ANSWER)
    assert found.stops == (0,)
    assert found.late_percent > 80


def test_the_backlog_is_read_when_the_gate_is_passed() -> None:
    """Text that appears after the next piece has left comes too late for the gate before."""
    trace = asked().request(stream=True).begin()
    trace.piece("x" * (LINE + 1), because=None, shown=False).gate(0).prints("x" * (LINE + 1))
    trace.piece("the end", because="shown").end().exits()
    assert [gate.kept_up for gate in grown(trace).gates] == [False, True]


def test_without_a_gate_the_next_event_of_the_stream_is_the_moment() -> None:
    """A piece whose gate is not in the trace is judged when the next one leaves, or the stream ends."""
    trace = asked().request(stream=True).begin()
    trace.piece("one ", because=None).piece("two", because=None).end().exits()
    assert [gate.backlog for gate in grown(trace).gates] == [0, 0]


def test_what_was_printed_before_the_stream_does_not_count() -> None:
    """The same words on the screen before the stream began are not its text."""
    trace = asked().prints(ANSWER).request(stream=True).begin()
    for piece in PIECES:
        trace.piece(piece, because="waiting", shown=False)
    assert not grown(trace.end().exits()).keeps_up


def test_standard_error_is_not_the_screen() -> None:
    """Text on standard error is not on standard output."""
    assert grown(streamed(stderr=True)).stops == (0,)


def test_pieces_that_were_never_taken_count_as_late() -> None:
    """A program that leaves after a quarter has not kept up with the answer."""
    taken = len(PIECES) // 4
    trace = asked().stream(PIECES[:taken], how="gone", unsent=PIECES[taken:]).exits()
    found = grown(trace)
    assert found.late == len(PIECES) - taken
    assert not found.keeps_up


def test_one_in_five_may_be_late() -> None:
    """Leaving after four fifths is still keeping up, and one piece less is not."""
    pieces = tuple(f"piece number {number} of ten; " for number in range(10))
    assert grown(asked().stream(pieces[:8], how="gone", unsent=pieces[8:]).exits()).keeps_up
    assert not grown(asked().stream(pieces[:7], how="gone", unsent=pieces[7:]).exits()).keeps_up


def test_a_piece_on_the_way_when_the_program_leaves_was_not_taken() -> None:
    """The last piece sent counts only where it can be seen."""
    trace = asked().request(stream=True).begin()
    trace.piece("seen, ", because="shown").piece("unseen", because="gone", shown=False).end(how="gone").exits()
    assert [gate.taken for gate in grown(trace).gates] == [True, False]
    trace = asked().request(stream=True).begin()
    trace.piece("seen, ", because="shown").piece("seen too", because=None).end(how="killed").exits()
    assert [gate.taken for gate in grown(trace).gates] == [True, True]


def test_a_recording_that_is_cut_short_is_not_held_against_the_program() -> None:
    """Of an answer that breaks off by plan only what left is expected."""
    assert grown(asked().stream(PIECES[:10], how="cut", unsent=PIECES[10:]).exits()).keeps_up


def test_no_piece_is_no_progress() -> None:
    """An answer without text shows nothing."""
    found = grown(asked().stream(()).exits())
    assert not found.keeps_up
    assert (found.late_percent, found.largest_backlog) == (0, 0)


def test_another_stream_on_the_same_screen_is_left_alone() -> None:
    """Events of other exchanges do not move this one's gates."""
    trace = asked().request(stream=True).begin().request(stream=True).begin()
    trace.piece("mine ", 1, because=None).piece("theirs", 2, because="waiting", shown=False).gate(0, 1)
    trace.end(1).end(2).exits()
    first, second = (growth(trace.trace, exchange) for exchange in trace.trace.messages[1:])
    assert first.gates[0].backlog == 0
    assert second.gates[0].backlog == len("theirs")


def test_line_ends_are_counted_in_letters() -> None:
    """Where a line of the answer ends is told by the letters before it."""
    assert line_ends("One, two.\n\n- three\nfour") == {6, 11, 15}
