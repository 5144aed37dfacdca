"""A stream that is read to its end, and nothing of it is ever shown."""

from __future__ import annotations

import pytest

from grader.checks.streaming import create_then_stream, shows_whole_answer, streams_progressively
from grader.checks.verdict import Verdict
from grader.checks.words import fill_in, fill_in_hints
from tests.checks.answers import ANSWER, LAST, PIECES, PLAIN, asked, streamed
from tests.checks.cases import case_of, course
from tests.traces import TraceBuilder

FINAL_FIRST = """
with client.messages.stream(**request) as stream:
    final = stream.get_final_message()
    for text in stream.text_stream:
        print(text, end="", flush=True)
"""
EMPTY_LOOP = """
with client.messages.stream(**request) as stream:
    for event in stream:
        final = event
"""
NOT_SEEN = """
with client.messages.stream(**request) as stream:
    texts = list(stream.text_stream)
"""
PRINTS_ELSEWHERE = """
with client.messages.stream(**request) as stream:
    for text in stream.text_stream:
        print(text, file=copy)
    final = stream.get_final_message()
"""
SLEEPS = """
with client.messages.stream(**request) as stream:
    final = stream.get_final_message()
for letter in reply.content[0].text:
    print(letter, end="", flush=True)
    time.sleep(0.02)
"""


def unseen(source: str = FINAL_FIRST, last: str = LAST) -> TraceBuilder:
    """A program that takes every piece and shows none."""
    return streamed(lambda piece: "", source=source, last=last)


def both(trace: TraceBuilder) -> tuple[Verdict, Verdict]:
    return streams_progressively(case_of(trace)), shows_whole_answer(case_of(trace))


@pytest.mark.parametrize(
    ("source", "by"),
    [
        (FINAL_FIRST, "`get_final_message` in line 3"),
        (EMPTY_LOOP, "the loop in line 3"),
        (NOT_SEEN, ""),
        (PRINTS_ELSEWHERE, ""),
    ],
    ids=["the final message first", "an empty loop", "not seen", "printed elsewhere"],
)
def test_a_stream_that_is_read_and_never_shown_is_told_as_such(source: str, by: str) -> None:
    """Nothing was flushed too late: what read the stream is said, where the source shows it."""
    for verdict in both(unseen(source)):
        assert (verdict.outcome, verdict.misconceptions) == ("failed", ())
        assert "The stream was read to its end" in verdict.message
        assert verdict.facts["never_shown"] == "yes"
        assert verdict.facts["read_by"] == by
        assert (f" by {by}" in verdict.message) == bool(by)
        assert verdict.facts["line"] == ("3" if by else "")


def test_what_came_late_was_shown() -> None:
    """The nearest trace: the same program, and the answer stands there after the stream."""
    for verdict in both(unseen(last=ANSWER + LAST)):
        assert "read to its end" not in verdict.message
        assert "never_shown" not in verdict.facts


def test_half_of_the_words_are_more_than_next_to_nothing() -> None:
    """What stands there is not the answer, and yet much of it was printed."""
    words = ANSWER.split()
    pieces = [" ".join(words[at : at + 4]) + " " for at in range(0, len(words), 4)]
    trace = streamed(
        lambda piece: "".join(f"{word} <a mark> " for word in piece.split()[:3:2]), pieces=pieces, source=NOT_SEEN
    )
    for verdict in both(trace):
        assert verdict.outcome == "failed"
        assert "next to nothing" not in verdict.message + verdict.observed


def test_a_crash_explains_why_nothing_is_shown() -> None:
    """A program that stopped after the stream may have been about to print it."""
    trace = asked(FINAL_FIRST).request(stream=True).begin()
    for index, piece in enumerate(PIECES):
        trace.piece(piece, because=None, shown=False).gate(index, because="waiting")
    assert "never_shown" not in streams_progressively(case_of(trace.end().exits(1))).facts


@pytest.mark.parametrize("check", ["streams_progressively", "shows_whole_answer"])
def test_no_hint_speaks_of_flush_where_nothing_was_printed(check: str) -> None:
    """The program has its flush; what it lacks is a piece to print."""
    verdict = dict(zip(("streams_progressively", "shows_whole_answer"), both(unseen()), strict=True))[check]
    hints = next(each.hints for each in course().exercise("exercise3").checks if each.name == check)
    said = fill_in_hints(hints, {**verdict.facts, "observed": verdict.observed})
    assert not any("flush" in hint or "buffer" in hint for hint in said)
    assert "`get_final_message` in line 3" in said[1]


@pytest.mark.parametrize(("last", "source"), [(PLAIN + LAST, SLEEPS), (PLAIN + LAST, FINAL_FIRST)])
def test_a_plain_answer_typed_out_in_the_streams_place_is_no_stream(last: str, source: str) -> None:
    """With pauses it imitates one; printed at once it does not."""
    for verdict in both(unseen(source, last)):
        assert verdict.misconceptions == (("fake-streaming",) if source is SLEEPS else ())
        assert verdict.facts["line"] == ("" if source is SLEEPS else "3")
    finding = fill_in(course().misconceptions["fake-streaming"].finding, both(unseen(SLEEPS, PLAIN + LAST))[0].facts)
    assert finding.startswith("Nothing of the streamed answer was shown, and the text of a plain call")


def test_a_plain_answer_typed_out_beside_a_stream_that_is_shown_is_no_imitation() -> None:
    """The plain answer may come out as it likes."""
    for verdict in both(unseen(SLEEPS, PLAIN + "\n" + ANSWER + LAST)):
        assert "fake-streaming" not in verdict.misconceptions


def test_a_plain_answer_typed_out_beside_a_stream_that_is_never_read_is_both() -> None:
    """Two mistakes in one program are both named."""
    source = SLEEPS.replace("final = stream.get_final_message()", "pass")
    for verdict in both(unseen(source, PLAIN + LAST)):
        assert verdict.misconceptions == ("stream-never-read", "fake-streaming")


def test_a_stream_sent_while_the_plain_request_waits_is_said_so() -> None:
    """The plain request was the first, and its answer was not waited for."""
    together = TraceBuilder("exercise3").request().request(stream=True)
    early = create_then_stream(case_of(together.answer(0, text=PLAIN).begin(1).end(1).exits()))
    assert early.observed == "the streamed request before the plain one was answered"
    first = TraceBuilder("exercise3").stream().message(text=PLAIN).exits()
    assert create_then_stream(case_of(first)).observed == "the streamed request first"


def test_a_plain_request_alone_is_told_beside_the_missing_stream() -> None:
    """Something was sent; it was not a stream."""
    one, two = asked().exits(), asked().message(text=PLAIN).exits()
    assert create_then_stream(case_of(one)).observed == "one request, not streamed"
    assert create_then_stream(case_of(two)).observed == "2 requests, none of them streamed"
    assert create_then_stream(case_of(TraceBuilder("exercise3").exits())).observed == "no request"
