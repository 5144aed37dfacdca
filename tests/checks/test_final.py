"""Whether the final usage and the stop reason of a stream are printed after it."""

from __future__ import annotations

import pytest

from grader.checks.final import final_usage
from grader.checks.verdict import Verdict
from tests.checks.cases import case_of
from tests.traces import TraceBuilder

PIECES = ("Slowly, ", "the answer comes ", "to its ", "end.")
RIGHT = "\nstop reason: end_turn\ninput tokens: 26\noutput tokens: 587\n"


def stream(builder: TraceBuilder | None = None, *, shown: bool = True) -> TraceBuilder:
    """A plain call (26 in, 206 out), then a stream (26 in, 587 out)."""
    builder = builder or TraceBuilder("exercise3").message(usage=(26, 206), text="At once.")
    return builder.stream(PIECES, usage=(26, 587), start_output_tokens=2, shown=shown)


def judged(printed: str, builder: TraceBuilder | None = None, *, status: int = 0) -> Verdict:
    return final_usage(case_of((builder or stream()).prints(printed).exits(status)))


@pytest.mark.parametrize(
    "printed",
    [
        RIGHT,
        "\nStop reason: End Turn | Input tokens: 26 | Output tokens: 587\n",
        '\n{"stop_reason": "end_turn", "input_tokens": 26, "output_tokens": 587}\n',
        "\ninput tokens: 26\noutput tokens: 206\n" + RIGHT,
    ],
)
def test_the_final_numbers_after_the_stream_pass(printed: str) -> None:
    """In any form, and beside other numbers."""
    assert judged(printed).outcome == "passed"


def test_a_program_that_printed_everything_at_the_end_passes() -> None:
    """What was held back comes out after the last piece, numbers and all."""
    assert judged("".join(PIECES) + RIGHT, stream(shown=False)).outcome == "passed"


def test_numbers_before_the_end_of_the_stream_do_not_count() -> None:
    """What stood there while the stream ran cannot be final."""
    builder = TraceBuilder("exercise3").message(usage=(26, 206)).prints(RIGHT)
    verdict = judged("\ndone\n", stream(builder))
    assert verdict.outcome == "failed"
    assert "no input tokens and no output tokens after the stream" in verdict.message


def test_bare_numbers_after_the_stream_miss_their_labels() -> None:
    """Labels before the stream are of another call, and hide nothing."""
    before = "input tokens: 26\noutput tokens: 206\nstop reason: end_turn\n"
    for output, misconceptions in (("587", ("label-missing",)), ("588", ())):
        builder = TraceBuilder("exercise3").message(usage=(26, 206)).prints(before)
        assert judged(f"\nStreamed: end_turn 26 {output}\n", stream(builder)).misconceptions == misconceptions


def test_the_numbers_of_a_second_plain_call_are_told_with_its_own() -> None:
    """The sentence speaks of the call whose numbers they are; of an earlier stream it claims nothing."""
    builder = TraceBuilder("exercise3").message(usage=(26, 206)).message(usage=(26, 271))
    verdict = judged("\nstop reason: end_turn\ninput tokens: 26\noutput tokens: 271\n", stream(builder))
    assert verdict.misconceptions == ("usage-from-create",)
    assert verdict.facts["create_output_tokens"] == "271"
    two = stream(TraceBuilder("exercise3").stream(PIECES, usage=(26, 301)))
    verdict = judged("\nstop reason: end_turn\ninput tokens: 26\noutput tokens: 301\n", two)
    assert verdict.misconceptions == ()


@pytest.mark.parametrize(
    ("output", "misconceptions"),
    [
        ("2", ("usage-from-start",)),
        ("589", ("usage-summed",)),
        ("4", ("usage-is-pieces",)),
        ("206", ("usage-from-create",)),
        ("7", ("counted-by-hand",)),
        ("588", ()),
    ],
)
def test_a_wrong_count_is_named_by_what_it_is(output: str, misconceptions: tuple[str, ...]) -> None:
    """The start's, the sum, the pieces, the plain call's, or one made by hand."""
    verdict = judged(f"\nstop reason: end_turn\ninput tokens: 26\noutput tokens: {output}\n")
    assert (verdict.outcome, verdict.misconceptions) == ("failed", misconceptions)
    assert verdict.facts["create_output_tokens"] == "206"
    assert verdict.facts["start_output_tokens"] == "2"


def test_numbers_of_a_later_request_are_named() -> None:
    """Asking again gives another answer's numbers."""
    builder = stream().message(usage=(26, 301))
    assert judged(RIGHT.replace("587", "301"), builder).misconceptions == ("usage-by-second-call",)
    assert judged(RIGHT, stream().message(usage=(26, 301))).outcome == "passed"


@pytest.mark.parametrize(
    ("reason", "observed", "misconceptions"),
    [
        ("stop reason: max_tokens", "stop reason max_tokens", ()),
        ("stop reason: None", "stop reason none", ()),
        ("", "no stop reason", ()),
        ("it ended with end_turn", "no stop reason", ("label-missing",)),
    ],
)
def test_the_stop_reason_is_asked_for_too(reason: str, observed: str, misconceptions: tuple[str, ...]) -> None:
    """A wrong one, none, or one without its label."""
    verdict = judged(f"\n{reason}\ninput tokens: 26\noutput tokens: 587\n")
    assert (verdict.outcome, verdict.misconceptions) == ("failed", misconceptions)
    assert verdict.observed == observed
    assert verdict.facts["label"] == "stop reason"


def test_wrong_counts_and_a_wrong_reason_are_told_together() -> None:
    """The misconception speaks of the counts, the message of both."""
    verdict = judged("\nstop reason: none\ninput tokens: 26\noutput tokens: 2\n")
    assert verdict.misconceptions == ("usage-from-start",)
    assert verdict.facts["observed"] == "2 output tokens"
    assert "stop reason none" in verdict.message


def test_a_stream_that_was_left_says_so() -> None:
    """Final numbers come at the end, and the program did not stay until then."""
    builder = TraceBuilder("exercise3").message().request(stream=True).begin(usage=(26, 2)).piece("Slowly and surely, ")
    builder.end(how="gone", unsent=["it ends."], usage=(26, 587))
    verdict = judged("\nstop reason: none\ninput tokens: 26\noutput tokens: 2\n", builder)
    assert "after 1 of 2 pieces" in verdict.message


def test_a_piece_on_its_way_when_the_stream_is_left_is_not_the_last_one() -> None:
    """What is printed after the piece that was taken counts, whether or not another one had left by then."""
    said = "\nstop reason: none\ninput tokens: 26\noutput tokens: 2\n"
    builder = TraceBuilder("exercise3").message(usage=(26, 206)).request(stream=True).begin(usage=(26, 2))
    builder.piece("Slowly and surely, ").prints(said).piece("it goes on, ", shown=False, because="gone")
    builder.end(how="gone", unsent=["and ends."], usage=(26, 587))
    assert judged("", builder).misconceptions == ("usage-from-start",)


def test_a_stream_that_nothing_read_is_named_so() -> None:
    """The program took nothing of it."""
    builder = TraceBuilder("exercise3").message().request(stream=True).begin().piece("The first", shown=False)
    builder.end(how="gone", unsent=[" and the second."])
    assert judged("<Stream object>\n", builder).misconceptions == ("stream-never-read",)


def test_a_stream_without_pieces_has_final_numbers() -> None:
    """An empty answer has a usage."""
    builder = TraceBuilder("exercise3").message().stream((), usage=(26, 587))
    assert judged(RIGHT, builder).outcome == "passed"


def test_a_list_of_guesses_is_told() -> None:
    """More than ten for each answered request."""
    guesses = "\n" + "".join(f"output tokens: {n}\n" for n in range(570, 600))
    assert judged(guesses + RIGHT).misconceptions == ("list-of-guesses",)


def test_without_a_stream_there_is_nothing_final() -> None:
    """A plain answer has no streamed numbers; without any answer they are made up."""
    plain = TraceBuilder("exercise3").message(usage=(26, 587))
    assert judged(RIGHT, plain).because == "create_then_stream"
    assert judged(RIGHT, TraceBuilder("exercise3").refused()).misconceptions == ("error-swallowed",)
    assert judged("hello\n", TraceBuilder("exercise3")).because == "create_then_stream"


def test_what_a_crash_kept_away_is_not_judged() -> None:
    """The crash stands in the way."""
    assert judged("\ndone\n", status=1).because == "runs"


def test_a_stream_without_a_reason_asks_for_none() -> None:
    """Where the API gave no stop reason, none has to be printed."""
    builder = TraceBuilder("exercise3").message().request(stream=True).begin(usage=(26, 2)).piece("Cut")
    builder.end(how="cut", usage=(26, 587), stop_reason=None)
    assert judged("\ninput tokens: 26\noutput tokens: 587\n", builder).outcome == "passed"
