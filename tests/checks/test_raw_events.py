"""Hints speak of what the student's program uses: the SDK's helper, or the events themselves."""

from __future__ import annotations

from dataclasses import replace

from grader.checks.raw_events import raw_events
from grader.checks.words import fill_in_hints
from tests.batch import course
from tests.traces import TraceBuilder


def test_the_helper_is_told_by_what_the_sdk_sends() -> None:
    """A header of the request, however it is spelled."""
    stream = TraceBuilder("exercise3").stream(("abc",)).exits().trace.messages[0]
    assert raw_events(stream) == {"raw_events": "yes"}
    helped = replace(stream.request, headers={"X-Stainless-Stream-Helper": "messages"})
    assert raw_events(replace(stream, request=helped)) == {"raw_events": ""}


def test_the_shape_of_the_code_is_that_of_the_students_stream() -> None:
    """One shape, not both."""
    hints = course().misconceptions["usage-from-start"].hints
    events, helper = (fill_in_hints(hints, {"raw_events": raw})[2] for raw in ("yes", ""))
    assert "event.usage" in events and "text_stream" not in events
    assert "text_stream" in helper and "event" not in helper
