"""The trace's file format, and the view of its exchanges."""

from __future__ import annotations

import json

import pytest

from grader.trace import (
    AnswerSent,
    Exchange,
    OutputWritten,
    PieceSent,
    ProcessExited,
    RequestReceived,
    StreamEnded,
    StreamStarted,
    Trace,
    TraceError,
    Usage,
    dump,
    load,
)
from tests.traces import TraceBuilder


def a_trace() -> Trace:
    """One of nearly every event."""
    return (
        TraceBuilder("exercise3")
        .count(tokens=22)
        .message(usage=(22, 55), text="Hi")
        .stream(pieces=["One ", "two"], usage=(22, 9))
        .prints("One two\n")
        .exits()
        .trace
    )


def request(
    number: int, *, repeats: int | None = None, seq: int = 0, path: str = "/v1/messages", body: object = None
) -> RequestReceived:
    """A request by hand."""
    return RequestReceived(
        seq=seq,
        at_s=0.0,
        exchange=number,
        connection=0,
        method="POST",
        path=path,
        headers={},
        body={"model": "m", "max_tokens": 5} if body is None else body,
        repeats=repeats,
    )


def trace(*events: object) -> Trace:
    """A trace of these events."""
    return Trace(exercise="exercise1", scenario="recorded", seed=1, events=tuple(events))  # type: ignore[arg-type]


def test_a_trace_survives_its_file() -> None:
    """Written and read it is the same, bytes that are no text included."""
    whole = a_trace()
    odd = OutputWritten(seq=99, at_s=1.5, stream="stdout", data=b"\xff\x00 \xc3\xa9")
    again = load(dump(trace(*whole.events, odd)))
    assert again.events == (*whole.events, odd)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Line 1 is not JSON"),
        ("[]", "Line 1 is not an object"),
        ('{"schema": "grade/trace/2"}', "its schema is 'grade/trace/2'"),
        ('{"schema": "grade/trace/1"}', "the header lacks 'exercise'"),
    ],
)
def test_what_is_no_trace_is_refused_with_the_reason(text: str, said: str) -> None:
    """Another version, another file, half a header: one line each."""
    with pytest.raises(TraceError, match=said):
        load(text)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"event": "Nonsense"}', "Line 2 holds an event that this version does not know"),
        ('{"event": "PieceSent", "seq": 1}', "Line 2: a PieceSent has other fields"),
        ('{"event": "StreamEnded", "unsent": 1}', "Line 2: a StreamEnded has other fields"),
        ('{"event": "Piece', "Line 2 is not JSON; the file may be torn"),
    ],
)
def test_a_strange_event_is_refused_with_its_line(line: str, said: str) -> None:
    """The line's number leads to it."""
    header = dump(trace()).splitlines()[0]
    with pytest.raises(TraceError, match=said):
        load(f"{header}\n{line}\n")


def test_an_event_may_lack_what_has_a_default() -> None:
    """A trace of an earlier version is read as one of today."""
    header = dump(trace()).splitlines()[0]
    line = '{"event": "ProcessExited", "seq": 1, "at_s": 0.5, "status": 0, "signal": null, "because": "itself"}'
    (event,) = load(f"{header}\n{line}\n").events
    assert event == ProcessExited(seq=1, at_s=0.5, status=0, signal=None, because="itself")


def test_a_repeated_request_is_one_exchange_with_the_last_answer() -> None:
    """Two failures and a success count once; a late word about a try that was given up is passed over."""
    found = trace(
        request(0, seq=0),
        AnswerSent(seq=1, at_s=0, exchange=0, status=529, body={}),
        request(1, repeats=0, seq=2),
        AnswerSent(seq=3, at_s=0, exchange=1, status=429, body={}),
        request(2, repeats=1, seq=4),
        AnswerSent(seq=5, at_s=0, exchange=0, status=500, body={}),
        AnswerSent(seq=6, at_s=0, exchange=2, status=200, body={"usage": {"input_tokens": 1, "output_tokens": 2}}),
    ).exchanges
    (one,) = found
    assert (one.status, one.usage, len(one.attempts), one.request.seq) == (200, Usage(1, 2), 3, 0)


def test_a_stream_has_its_final_usage_and_all_of_its_text() -> None:
    """What was planned but never left is part of the answer; message_delta's counts replace the first ones."""
    message = {"usage": {"input_tokens": 9, "output_tokens": 1}}
    found = trace(
        request(0, body={"model": "m", "stream": True}),
        StreamStarted(seq=1, at_s=0, exchange=0, message=message),
        PieceSent(seq=2, at_s=0, exchange=0, index=0, text="ab"),
        StreamEnded(
            seq=3, at_s=0, exchange=0, how="gone", unsent=("cd",), usage={"output_tokens": 7}, stop_reason="end_turn"
        ),
    )
    (stream,) = found.messages
    assert stream.wants_stream
    assert (stream.text, stream.usage, stream.start_usage) == ("abcd", Usage(9, 7), Usage(9, 1))
    assert (stream.stop_reason, stream.status, stream.answered_seq) == ("end_turn", 200, 1)


def test_a_stream_without_an_end_has_what_it_began_with() -> None:
    """Nothing is made up for a run that was cut off."""
    begun = StreamStarted(seq=1, at_s=0, exchange=0, message={"usage": {"input_tokens": 9, "output_tokens": 1}})
    (stream,) = trace(request(0), begun).messages
    assert (stream.text, stream.usage, stream.stop_reason) == ("", Usage(9, 1), None)


def test_an_exchange_without_an_answer_says_nothing() -> None:
    """No status, no usage, no text; a body that is no object names no model."""
    bare = Exchange(request(0, body="text"), ())
    assert (bare.status, bare.succeeded, bare.answered_seq, bare.usage, bare.text) == (None, False, None, None, "")
    assert (bare.model, bare.max_tokens, bare.stop_reason, bare.start_usage) == ("", None, None, None)
    assert bare.number == 0


@pytest.mark.parametrize("body", [{"model": 5, "max_tokens": True}, {"model": None, "max_tokens": "5"}])
def test_a_model_is_a_text_and_a_limit_a_number(body: object) -> None:
    """Other kinds count as absent."""
    bare = Exchange(request(0, body=body), ())
    assert (bare.model, bare.max_tokens) == ("", None)


def test_counts_and_messages_are_told_by_their_paths() -> None:
    """A count's answer is a number or nothing."""
    found = a_trace()
    assert [c.counted_tokens for c in found.counts] == [22]
    assert len(found.messages) == 2
    assert found.messages[0].counted_tokens is None
    failed = Exchange(
        request(0, path="/v1/messages/count_tokens"), (), AnswerSent(seq=1, at_s=0, exchange=0, status=404, body={})
    )
    strange = Exchange(
        request(0, path="/v1/messages/count_tokens"),
        (),
        AnswerSent(seq=1, at_s=0, exchange=0, status=200, body={"input_tokens": "x"}),
    )
    assert failed.counted_tokens is None
    assert strange.counted_tokens is None


def test_an_answer_that_is_no_message_has_no_usage_and_no_stop_reason() -> None:
    """Odd bodies are read leniently and give nothing."""
    odd = Exchange(
        request(0), (), AnswerSent(seq=1, at_s=0, exchange=0, status=200, body={"usage": None, "stop_reason": 5})
    )
    text = Exchange(request(0), (), AnswerSent(seq=1, at_s=0, exchange=0, status=200, body="oops"))
    assert (odd.usage, odd.stop_reason, odd.text) == (None, None, "")
    assert (text.stop_reason, text.text) == (None, "")


def test_the_text_of_a_message_is_that_of_its_text_blocks() -> None:
    """Other blocks have none."""
    blocks = [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    answer = AnswerSent(seq=1, at_s=0, exchange=0, status=200, body={"content": blocks})
    assert Exchange(request(0), (), answer).text == "ab"


def test_output_and_source_are_found_by_name() -> None:
    """Standard output and standard error are apart; the source is the exercise's own file."""
    found = Trace(
        exercise="exercise1",
        scenario="recorded",
        seed=1,
        files={"exercise1.py": "x = 1", "other.py": "y"},
        events=(
            OutputWritten(seq=0, at_s=0, stream="stdout", data=b"a"),
            OutputWritten(seq=1, at_s=0, stream="stderr", data=b"e"),
            OutputWritten(seq=2, at_s=0, stream="stdout", data=b"b"),
            ProcessExited(seq=3, at_s=0, status=0, signal=None, because="itself"),
        ),
    )
    assert (found.stdout, found.stderr, found.source) == (b"ab", b"e", "x = 1")
    assert found.exit is not None
    assert trace().exit is None


def test_the_header_is_one_line_of_json() -> None:
    """Anything that reads lines can read a trace."""
    first = dump(a_trace()).splitlines()[0]
    assert json.loads(first)["schema"] == "grade/trace/1"
