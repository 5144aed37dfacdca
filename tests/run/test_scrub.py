"""Secrets and machine paths are in no trace."""

from __future__ import annotations

import pytest

from grader.run.scrub import HIDDEN, Scrubber, scrub_text
from grader.trace import OutputWritten, RequestReceived, Trace

KEY = "sk-ant-api03-" + "Ab9_" * 20


def trace(*chunks: bytes, stream: str = "stdout") -> Trace:
    """A trace that only prints."""
    events = tuple(
        OutputWritten(seq=n, at_s=0.0, stream=stream, data=chunk)  # type: ignore[arg-type]
        for n, chunk in enumerate(chunks)
    )
    return Trace(exercise="exercise1", scenario="recorded", seed=1, events=events)


@pytest.mark.parametrize(
    "secret",
    [KEY, "sk-proj-" + "a" * 40, "ghp_" + "a" * 36, "AKIA" + "A" * 16, "Bearer " + "x" * 30, "xoxb-123456789012-abc"],
)
def test_what_looks_like_a_key_is_replaced(secret: str) -> None:
    """The form of the large services' keys is known."""
    assert secret.removeprefix("Bearer ") not in scrub_text(f"key = {secret}!")


def test_ordinary_words_stay() -> None:
    """Text about keys, models and numbers is not touched."""
    text = "sk-ant is how keys begin; claude-haiku-4-5-20251001 cost $0.000406; task-oriented-programming"
    assert scrub_text(text) == text


@pytest.mark.parametrize("cut", range(1, len(KEY), 7))
def test_a_key_cut_in_two_by_the_pipe_is_found(cut: int) -> None:
    """Both halves are gone, what stands around them stays, and no event is lost."""
    raw = f"before {KEY} after".encode()
    scrubbed = Scrubber({}).scrub(trace(raw[: 7 + cut], raw[7 + cut :]))
    assert scrubbed.stdout.decode() == f"before {HIDDEN} after"
    assert len(scrubbed.events) == 2


def test_bytes_that_are_no_text_come_through() -> None:
    """Scrubbing changes nothing but what it replaces."""
    raw = bytes(range(256)) + KEY.encode() + b"\xff\xfe"
    assert Scrubber({}).scrub(trace(raw)).stdout == bytes(range(256)) + HIDDEN.encode() + b"\xff\xfe"


def test_paths_of_the_machine_become_words() -> None:
    """The folder of a run and the home of the person who grades are nobody's business."""
    text = b'File "/tmp/grade-ab12cd34/work/exercise1.py", line 3; /home/anna/env/lib; /box/exercise1.py'
    scrubbed = Scrubber({"/home/anna": "~", "/home/anna/env": "<python>"}).scrub(trace(text, stream="stderr"))
    assert scrubbed.stderr.decode() == 'File "exercise1.py", line 3; <python>/lib; exercise1.py'


def test_keys_in_requests_are_replaced_at_any_depth() -> None:
    """A key in a prompt is in no trace either."""
    request = RequestReceived(
        seq=0, at_s=0.0, exchange=0, connection=0, method="POST", path="/v1/messages",
        headers={"user-agent": KEY}, body={"messages": [{"content": [{"text": f"use {KEY}"}]}]},
    )  # fmt: skip
    (scrubbed,) = Scrubber({}).scrub(Trace(exercise="e", scenario="s", seed=1, events=(request,))).events
    assert KEY not in repr(scrubbed)
