"""Whether the tokens printed are those of the answer."""

from __future__ import annotations

import pytest

from grader.checks.usage import reads_usage
from grader.checks.verdict import Verdict
from tests.checks.cases import case_of
from tests.traces import TraceBuilder

PROMPT = "Explain what a token is, please."  # 6 words, 32 characters
ANSWER = "A token is a piece of a text."  # 8 words, 29 characters


def judged(printed: str, builder: TraceBuilder | None = None, *, status: int = 0) -> Verdict:
    builder = builder or TraceBuilder().message(usage=(21, 77), text=ANSWER, content=PROMPT, max_tokens=300)
    return reads_usage(case_of(builder.prints(printed).exits(status)))


def two_calls() -> TraceBuilder:
    return TraceBuilder().message(usage=(21, 77)).message(usage=(40, 90))


@pytest.mark.parametrize(
    "printed",
    [
        "input tokens: 21\noutput tokens: 77\n",
        "| input tokens | output tokens |\n| 21 | 77 |\n",
        "input tokens: 5\noutput tokens: 6\ninput tokens: 21\noutput tokens: 77\n",
    ],
)
def test_the_counts_of_the_answer_pass(printed: str) -> None:
    """One right value a label is enough."""
    verdict = judged(printed)
    assert verdict.outcome == "passed"
    assert verdict.truth == "input tokens: 21\noutput tokens: 77"


@pytest.mark.parametrize("printed", ["21 77", "40 90", "61 167", "21 40 | 77 90"])
def test_of_several_calls_each_passes_and_so_do_the_totals(printed: str) -> None:
    """Both counts of one call, or the sums of all."""
    inputs, _, outputs = printed.partition(" | ") if "|" in printed else printed.partition(" ")
    assert judged(f"input tokens: {inputs}\noutput tokens: {outputs}\n", two_calls()).outcome == "passed"


def test_a_streamed_call_counts_with_its_final_usage() -> None:
    """In exercise 1 a stream is a call like any other."""
    builder = TraceBuilder().stream(usage=(21, 77), start_output_tokens=2)
    assert judged("input tokens: 21\noutput tokens: 77\n", builder).outcome == "passed"
    builder = TraceBuilder().stream(usage=(21, 77), start_output_tokens=2)
    assert judged("input tokens: 21\noutput tokens: 2\n", builder).misconceptions == ("usage-from-start",)


@pytest.mark.parametrize(
    ("printed", "misconceptions"),
    [
        ("input tokens: 21\noutput tokens: 8\n", ("counted-by-hand",)),
        ("input tokens: 21\noutput tokens: 7.25\n", ("counted-by-hand",)),
        ("input tokens: 32\noutput tokens: 77\n", ("counted-by-hand",)),
        ("input tokens: 21\noutput tokens: 300\n", ("max-tokens-as-output",)),
        ("tokens: 21 and 77\n", ("label-missing",)),
        ("input tokens: 21\nwritten: 77\n", ("label-missing",)),
        ("input tokens: 21\noutput tokens: 76\n", ()),
        ("nothing\n", ()),
        ("input tokens: 21\n77\noutput tokens: 80\n", ()),
    ],
)
def test_wrong_counts_fail_with_what_they_fit(printed: str, misconceptions: tuple[str, ...]) -> None:
    """Each wrong count is compared with what a mistake would give."""
    verdict = judged(printed)
    assert (verdict.outcome, verdict.misconceptions) == ("failed", misconceptions)


@pytest.mark.parametrize(
    ("counts", "told", "observed"),
    [
        ((5, 77), "the prompt: 5 words, 20 characters", "5 input tokens"),
        ((21, 3), "the answer: 3 words, 13 characters", "3 output tokens"),
        (
            (20, 13),
            "the prompt: 5 words, 20 characters; the answer: 3 words, 13 characters",
            "20 input tokens and 13 output tokens",
        ),
        ((5, 99), "the prompt: 5 words, 20 characters", "5 input tokens"),
    ],
)
def test_a_count_by_hand_is_told_with_the_text_that_it_is_of(counts: tuple[int, int], told: str, observed: str) -> None:
    """The figures are those of the text that was counted, and the count is that one."""
    builder = TraceBuilder().message(usage=(21, 77), text="Three of them", content="Hi, what is a token?")
    verdict = judged(f"input tokens: {counts[0]}\noutput tokens: {counts[1]}\n", builder)
    assert verdict.misconceptions == ("counted-by-hand",)
    assert verdict.facts["by_hand"] == told
    assert {"observed": verdict.observed, **verdict.facts}["observed"] == observed


def test_the_words_give_both_numbers() -> None:
    """Only what is wrong is spoken of, exactly."""
    verdict = judged("input tokens: 21\noutput tokens: 76\n")
    assert verdict.message == "The program printed 76 output tokens; the answer used 77 output tokens."
    assert verdict.facts["output_tokens"] == "77"
    assert verdict.said == "input tokens: 21\noutput tokens: 76"
    assert set(verdict.evidence) == {1, 2}


def test_numbers_in_the_answers_own_text_are_no_unlabelled_values() -> None:
    """A reply that mentions the right numbers does not show them."""
    builder = TraceBuilder().message(usage=(21, 77), text="There are 21 or 77 of them.")
    assert judged("There are 21 or 77 of them.\n", builder).misconceptions == ()


def test_counts_of_two_calls_mixed_are_named() -> None:
    """The input of one call and the output of another."""
    assert judged("input tokens: 21\noutput tokens: 90\n", two_calls()).misconceptions == ("calls-mixed",)
    assert judged("input tokens: 21\noutput tokens: 91\n", two_calls()).misconceptions == ()


def test_of_several_calls_the_wrong_counts_are_compared_with_the_one_that_they_are_near_to() -> None:
    """A warm-up, then the call that counts: what is wrong is said of that call, also where no label is printed."""
    calls = TraceBuilder().message(usage=(13, 5), text="Yes.").message(usage=(21, 77), text=ANSWER, content=PROMPT)
    verdict = judged("input tokens: 21\noutput tokens: 8\n", calls)
    assert (verdict.misconceptions, verdict.expected) == (("counted-by-hand",), "77 output tokens")
    calls = TraceBuilder().message(usage=(13, 5), text="Yes.").message(usage=(21, 77), text=ANSWER, content=PROMPT)
    bare = judged("34 in, 82 out\n", calls)
    assert (bare.misconceptions, bare.expected) == (("label-missing",), "34 input tokens and 82 output tokens")


def test_a_limit_beside_another_wrong_count_is_told_of_the_output() -> None:
    """The words of the mistake speak of the count that it explains."""
    verdict = judged("input tokens: 22\noutput tokens: 300\n")
    assert verdict.misconceptions == ("max-tokens-as-output",)
    assert (verdict.facts["label"], verdict.facts["observed"]) == ("output tokens", "300 output tokens")


def test_a_total_beside_the_count_of_one_call_is_told_as_that() -> None:
    """Neither is it one call's, nor are both the totals."""
    first, second = two_calls().trace.messages
    assert first.usage and second.usage
    total = first.usage.input_tokens + second.usage.input_tokens
    wrong = judged(f"input tokens: {total}\noutput tokens: {second.usage.output_tokens}\n", two_calls())
    assert (wrong.outcome, wrong.misconceptions) == ("failed", ())
    assert "The input tokens printed are the total of all 2 calls, the output tokens those of one" in wrong.message
    total = first.usage.output_tokens + second.usage.output_tokens
    wrong = judged(f"input tokens: {first.usage.input_tokens}\noutput tokens: {total}\n", two_calls())
    assert "The output tokens printed are the total of all 2 calls, the input tokens those of one" in wrong.message
    assert "total" not in judged(f"input tokens: {first.usage.input_tokens}\noutput tokens: 3\n", two_calls()).message


def test_a_list_of_guesses_fails_although_the_right_number_is_in_it() -> None:
    """More than ten different values for each answered request."""
    inputs = "".join(f"input tokens: {n}\n" for n in range(15, 26))
    verdict = judged(inputs + "output tokens: 77\n")
    assert verdict.misconceptions == ("list-of-guesses",)
    assert verdict.said == ""
    ten = "".join(f"input tokens: {n}\n" for n in range(15, 25))
    assert judged(ten + "output tokens: 77\n").outcome == "passed"
    assert judged(inputs + "output tokens: 77\n", two_calls()).outcome == "passed"


def test_nothing_answered_and_nothing_printed_is_not_judged() -> None:
    """The check of the call stands in the way."""
    verdict = reads_usage(case_of(TraceBuilder().refused().exits()))
    assert (verdict.outcome, verdict.because) == ("skipped", "calls_api")
    verdict = reads_usage(case_of(TraceBuilder().complains("x").exits(1)))
    assert (verdict.outcome, verdict.because) == ("skipped", "runs")


def test_made_up_numbers_fail() -> None:
    """Numbers without an answer are wrong, and an error that was swallowed is named."""
    verdict = judged("input tokens: 21\n", TraceBuilder().request())
    assert (verdict.outcome, verdict.misconceptions) == ("failed", ())
    verdict = judged("input tokens: 21\n", TraceBuilder().refused(400, "no such role"))
    assert verdict.misconceptions == ("error-swallowed",)
    assert verdict.facts["error"] == "400: no such role"


def test_what_a_crash_kept_from_the_screen_is_not_judged() -> None:
    """A program that stopped before it printed anything; one that printed a wrong number is judged."""
    assert judged("hello\n", status=1).because == "runs"
    assert judged("input tokens: 5\n", status=1).outcome == "failed"
    assert judged("21 and 77\n", status=1).misconceptions == ("label-missing",)


def test_a_right_count_that_a_mistake_would_give_too_says_so() -> None:
    """An answer cut at its limit has as many tokens as max_tokens."""
    builder = TraceBuilder().message(usage=(21, 300), max_tokens=300, stop_reason="max_tokens")
    verdict = judged("input tokens: 21\noutput tokens: 300\n", builder)
    assert (verdict.outcome, verdict.misconceptions) == ("passed", ("max-tokens-as-output",))


def test_an_answer_without_a_limit_has_no_limit_to_mistake() -> None:
    """A request without max_tokens is judged all the same."""
    builder = TraceBuilder().message(usage=(21, 77), max_tokens=None)
    assert judged("input tokens: 21\noutput tokens: 78\n", builder).facts["max_tokens"] == ""


def test_the_counts_of_a_model_without_a_price_are_judged() -> None:
    """Tokens need no price."""
    builder = TraceBuilder().message(usage=(21, 77), model="claude-next")
    verdict = judged("input tokens: 21\noutput tokens: 77\n", builder)
    assert verdict.outcome == "passed"
    assert "cost" not in verdict.facts


def test_counts_lost_in_the_pipe_are_told_as_that() -> None:
    """What a killed program printed and did not flush never came out; one that left by itself printed nothing."""
    killed = reads_usage(case_of(TraceBuilder().message(usage=(21, 77)).exits(None, because="time")))
    assert killed.outcome == "skipped"
    assert "had come out of the program's pipe when it was stopped" in killed.message
    assert "had come out" in reads_usage(case_of(TraceBuilder().message().exits(signal=9))).message
    left = reads_usage(case_of(TraceBuilder().message(usage=(21, 77)).exits(3)))
    assert left.message.startswith("The program stopped before it printed `input tokens` and `output tokens`.")
