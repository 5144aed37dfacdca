"""The request ledger: counts and sends of the same content are joined, differences underlined and named."""

from __future__ import annotations

from grader.render.excerpt import ROOMS
from grader.render.ledger import Ledger, ledger
from tests.traces import TraceBuilder


def read(run: TraceBuilder) -> Ledger:
    """The ledger of a run."""
    return ledger(run.exits().trace, ROOMS[0])


def test_a_count_and_a_send_of_the_same_content_are_joined() -> None:
    """Each leads to the other."""
    count, send = read(TraceBuilder("exercise2").count(21, content="Hi").message(content="Hi")).rows
    assert (count.kind, count.counts_for, send.kind, send.counted_by) == ("counted", (2,), "sent", (1,))
    assert send.note == ""


def test_what_differs_is_named_and_only_that_is_underlined() -> None:
    """The words that were not counted are told from those that were."""
    run = TraceBuilder("exercise2").count(21, content="Say it in French.").message(content="Say it in German.")
    send = read(run).rows[1]
    assert send.note == "Not what request 1 counted. Different: messages."
    (field,) = [field for field in send.fields if field.differs]
    assert (field.name, field.before, field.text, field.after) == ("messages", "user: Say it in ", "German.", "")


def test_a_count_after_the_message_joins_nothing() -> None:
    """The same content counted too late is said to be so."""
    send, count = read(TraceBuilder("exercise2").message(content="Hi").count(21, content="Hi")).rows
    assert send.counted_by == ()
    assert send.note == "The same content and model were counted by request 2, but not before this was sent."
    assert count.counts_for == ()


def test_a_refusal_and_a_request_without_an_answer_are_told_apart() -> None:
    """Both are said as they were."""
    refused, open_one = read(TraceBuilder().refused(400, "max_tokens is missing").message(answered=False)).rows
    assert refused.answer == "refused with status 400"
    assert refused.detail == "invalid_request_error: max_tokens is missing"
    assert open_one.answer == "no answer"


def test_many_requests_are_left_out_in_the_middle_and_counted() -> None:
    """The first and the last are there, and so is the number of the rest."""
    run = TraceBuilder()
    for number in range(100):
        run.count(number + 1)
    found = read(run)
    assert (found.rows[0].number, found.rows[-1].number, len(found.rows) + found.left_out) == (1, 100, 100)
