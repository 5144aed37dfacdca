"""Standard output as text, and when each part came out."""

from __future__ import annotations

from grader.checks.output import Output
from tests.traces import TraceBuilder


def test_text_leads_back_to_its_event() -> None:
    """A character that is cut in two by the pipe belongs to the event that completes it."""
    output = Output(TraceBuilder().prints(b"caf\xc3").complains("no").prints(b"\xa9 21").exits().trace)
    assert output.text == "café 21"
    assert output.seq_at(0) == 0
    assert output.seq_at(output.text.index("é")) == 2
    assert output.seq_at(output.text.index("21")) == 2


def test_what_came_after_an_event_is_told() -> None:
    """From the first output after it, or from the end."""
    output = Output(TraceBuilder().prints("a").message().prints("b").trace)
    assert (output.start_after(0), output.start_after(1), output.start_after(3)) == (1, 1, 2)


def test_bytes_that_are_no_text_are_replaced() -> None:
    """Invalid and unfinished UTF-8 is no error."""
    assert Output(TraceBuilder().prints(b"\xff1\xe2").trace).text == "\ufffd1\ufffd"
