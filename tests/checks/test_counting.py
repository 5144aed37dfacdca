"""The checks of counting, each with a passing trace and the nearest failing ones."""

from __future__ import annotations

import pytest

from grader.checks.counting import counts_before_sending, counts_both_samples, stops_when_too_long
from grader.checks.samples import RUN, overlap
from grader.checks.verdict import Verdict
from grader.screen import letters
from grader.trace import COUNT_TOKENS
from tests.checks.cases import case_of
from tests.checks.sampled import CODE, LENGTH, PROSE, begun, counted, read, said
from tests.checks.verdicts import CRASH_2, passes, skipped_for, wrong
from tests.traces import TraceBuilder

MAIN = "def main():\n    work()\n"
TEXT = PROSE[:LENGTH]


# ---------------------------------------------------------------- counts_both_samples


def both(trace: TraceBuilder, functions: TraceBuilder | None = None) -> Verdict:
    """Judge the two samples, with the module's own PROSE and CODE known unless told."""
    return counts_both_samples(case_of(trace, functions or read()))


def test_two_counts_of_equal_length_pass() -> None:
    """A piece of the prose and a piece of the code, cut to one length."""
    verdict = passes(both(said()))
    assert verdict.facts["prose_tokens"] == "73"
    assert verdict.facts["code_characters"] == f"{LENGTH}"
    assert len(verdict.evidence) == 2


@pytest.mark.parametrize(
    "trace",
    [
        counted(PROSE[40:140], CODE[60:160]),
        counted(f"Text: {TEXT}", f"Text: {CODE[:LENGTH]}"),
        counted(PROSE, CODE).count(7, content=TEXT).count(9, content=CODE[:LENGTH]),
        counted(system="Answer briefly."),
        begun()
        .count(3, content=[{"type": "text", "text": TEXT[:100]}, {"type": "text", "text": TEXT[100:]}])
        .count(4, content=CODE[:LENGTH]),
        begun().count(3, system=TEXT, content="Hi").count(4, system=CODE[:LENGTH], content="Hi"),
        counted(" ".join(TEXT), " ".join(CODE[:LENGTH])),
    ],
    ids=["from the middle", "wrapped", "among others", "with a system prompt", "in blocks", "as system", "spaced"],
)
def test_any_equal_pieces_of_the_samples_pass(trace: TraceBuilder) -> None:
    """Where they are cut and what stands around both makes no difference."""
    passes(both(trace.exits()))


def test_one_character_more_is_no_equal_length() -> None:
    """The lengths are told."""
    verdict = wrong(both(counted(PROSE[:100], CODE[:101]).exits()), "unequal-lengths")
    assert (verdict.facts["prose_characters"], verdict.facts["code_characters"]) == ("100", "101")


@pytest.mark.parametrize(
    ("prose", "code", "cut"),
    [
        (PROSE, CODE, ""),
        (PROSE + "\n", CODE, ""),
        (PROSE + " " * 30, CODE, "unequal"),
        (PROSE[:111].strip(), CODE[:111], "stripped"),  # a space stands at the cut
        (PROSE[:100], CODE[:120], "unequal"),
        ("Count this: " + PROSE[:100], CODE[:100], "unequal"),
        (PROSE[:100], "Count this: " + CODE[:100], "unequal"),
    ],
)
def test_how_the_lengths_came_about_is_told(prose: str, code: str, cut: str) -> None:
    """Counted as they stand, stripped after the cut, or something else: each has another remedy."""
    assert len(prose) != len(code)
    assert wrong(both(counted(prose, code).exits()), "unequal-lengths").facts["cut"] == cut


def test_the_same_text_twice_is_no_comparison() -> None:
    """Two counts of the prose are one sample."""
    verdict = wrong(both(counted(code=TEXT).exits()), "same-sample-twice")
    assert "code_tokens" not in verdict.facts
    assert verdict.facts["prose_tokens"] == "98"


def test_other_texts_than_the_samples_fail() -> None:
    """Two texts of one length that have nothing to do with PROSE and CODE are not the samples."""
    verdict = wrong(both(counted("a" * 80, "b" * 80).exits()))
    assert "PROSE or with CODE" in verdict.message
    verdict = wrong(both(counted(TEXT, "b" * LENGTH).exits()))
    assert "PROSE" not in verdict.message
    verdict = wrong(both(counted(PROSE + CODE, "b" * len(PROSE + CODE)).exits()))
    assert "Only one" in verdict.message


def test_a_run_of_fifty_letters_is_needed() -> None:
    """One letter less is a chance."""
    fifty = next(at for at in range(len(PROSE)) if len(letters(PROSE[:at])) == RUN)
    passes(both(counted(PROSE[:fifty], "x" * fifty).exits(), read(CODE=None)))
    verdict = both(counted(PROSE[: fifty - 1], "x" * (fifty - 1)).exits(), read(CODE=None))
    wrong(verdict)
    assert "A piece of PROSE was counted that has 49 of them" in verdict.message


def test_one_count_is_not_two() -> None:
    """A single count compares nothing."""
    wrong(both(begun().count(3, content=TEXT).exits()))


def test_names_that_are_no_text_are_not_asked_for() -> None:
    """Where the module has no PROSE and CODE any two texts of one length will do."""
    trace = counted("a" * 80, "b" * 80).exits()
    for functions in (read(PROSE=None, CODE=7), read(PROSE="...", CODE="\n"), TraceBuilder("exercise2", "functions")):
        passes(both(trace, functions))
    passes(counts_both_samples(case_of(trace)))
    wrong(both(counted("a" * 80, "b" * 81).exits(), read(PROSE=None, CODE=None)), "unequal-lengths")


def test_a_short_sample_has_to_be_there_whole() -> None:
    """A sample of fewer than fifty letters is looked for as it is."""
    passes(both(counted("Hello, world!", "print('hey')!").exits(), read(PROSE="Hello, world!", CODE="print('hey')!")))
    wrong(both(counted("Hello, worl", "print('hey'").exits(), read(PROSE="Hello, world!", CODE="print('hey')")))


def test_no_count_at_all_is_named() -> None:
    """A message was sent, and nothing counted."""
    verdict = wrong(both(begun().message().exits()), "never-counted")
    assert verdict.facts["sends"] == "1"


def test_counts_that_were_refused_are_no_counts() -> None:
    """The program went on as if they had been answered."""
    trace = (
        begun()
        .request(path=COUNT_TOKENS)
        .answer(status=400, body={"error": {"message": "no"}})
        .prints("prose tokens: 146\n")
    )
    wrong(both(trace.exits()), "error-swallowed")


def test_why_nothing_was_sent_is_said() -> None:
    """An address of one's own, a main that nothing calls, a crash."""
    wrong(both(begun("Anthropic(base_url='http://localhost:1')").exits(1)), "own-api-address")
    wrong(both(begun(MAIN).exits()), "main-never-called")
    skipped_for(both(begun().complains(CRASH_2).exits(1)), "runs")


# ---------------------------------------------------------------- the run of letters


@pytest.mark.parametrize(("before", "after"), [("", ""), ("x" * 300, ""), ("", "y" * 300), ("xyz", "xyz")])
def test_a_run_is_found_wherever_it_begins(before: str, after: str) -> None:
    """Any fifty letters in a row of the sample are a run, and forty-nine are not."""
    sample = "".join(chr(0x4E00 + at) for at in range(200))
    for start in range(150):
        assert overlap(before + sample[start : start + RUN] + after, sample) > 0
        assert overlap(before + sample[start : start + RUN - 1] + after, sample) == 0


def test_a_part_that_comes_often_does_not_hide_the_run() -> None:
    """Every place at which a run may begin is looked at."""
    sample = "a" * 24 + "b" + "".join(chr(0x4E00 + at) for at in range(60))
    assert overlap((sample[:25] + "-") * 500 + sample[:RUN], sample) > 0
    assert overlap((sample[:25] + "-") * 500, sample) == 0


# ---------------------------------------------------------------- counts_before_sending


def before(trace: TraceBuilder) -> Verdict:
    """Judge what was counted before it was sent."""
    return counts_before_sending(case_of(trace, read()))


def test_a_counted_message_passes() -> None:
    """The count was answered before the message arrived."""
    verdict = passes(before(said()))
    assert (verdict.facts["counts"], verdict.facts["sends"]) == ("2", "1")
    assert len(verdict.evidence) == 3


@pytest.mark.parametrize(
    ("count", "message"),
    [
        ({"content": TEXT}, {"content": [{"type": "text", "text": TEXT}]}),
        ({"system": "Be brief."}, {"system": [{"type": "text", "text": "Be brief."}]}),
        ({"model": "claude-haiku-4-5"}, {"model": "claude-haiku-4-5-20251001"}),
        ({"model": "claude-of-my-own"}, {"model": "claude-of-my-own"}),
        ({}, {"max_tokens": 5, "metadata": {"user_id": "1"}, "stream": False}),
        ({"tools": [{"name": "a"}]}, {"tools": [{"name": "a"}]}),
    ],
    ids=["blocks", "system in blocks", "dated model", "unpriced model", "what is not counted", "tools"],
)
def test_the_same_content_may_be_written_in_two_ways(count: dict[str, object], message: dict[str, object]) -> None:
    """Only the model and what is counted have to agree."""
    passes(before(begun().count(3, **count).message(**message).exits()))


def test_streams_and_conversations_are_messages_too() -> None:
    """Every message request needs its own count, streamed or not."""
    second = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}]
    trace = begun().count(3, content="a").message(content="a").count(9, messages=second)
    passes(before(trace.stream(messages=second).exits()))
    wrong(
        before(begun().count(3, content="a").message(content="a").stream(content="b").exits()), "counted-something-else"
    )


def test_a_count_may_serve_twice() -> None:
    """The same message sent again needs no second count."""
    passes(before(begun().count(3).message().message().exits()))


def test_repeats_after_a_failure_count_once() -> None:
    """What the SDK sends again is the first request still."""
    trace = begun().request(path=COUNT_TOKENS, max_tokens=None).answer(status=529, body={})
    trace.request(path=COUNT_TOKENS, max_tokens=None, repeats=0).answer(body={"input_tokens": 3})
    trace.request().answer(status=529, body={}).request(repeats=2).answer()
    passes(before(trace.exits()))
    early = begun().request().answer(status=529, body={}).count(3).request(repeats=0).answer()
    wrong(before(early.exits()), "count-after-send")


def test_a_message_that_the_api_refused_was_not_billed() -> None:
    """A refused request needs no count beside one that was answered, and a count where it stands alone."""
    passes(before(begun().refused(404, model="claude-nowhere").count(3).message().exits()))
    passes(before(begun().count(3).refused(400).exits()))
    wrong(before(begun().count(3, content="a").refused(400, content="b").exits()), "counted-something-else")
    wrong(before(begun().refused(429).count(3).message().exits()), "count-after-send")


def test_counting_after_sending_is_named() -> None:
    """The count was asked for when the message had gone."""
    wrong(before(begun().message().count(3).exits()), "count-after-send")
    wrong(before(begun().message(content="a").count(3, content="b").exits()), "count-after-send")


def test_one_message_that_was_never_counted_is_not_said_to_be_counted_late() -> None:
    """A first message to try the key out, then all in the right order: it needs a count, not another order."""
    verdict = wrong(before(begun().message(content="a").count(3, content="b").message(content="b").exits()))
    assert "never counted itself" in verdict.message


def test_a_count_that_is_not_answered_yet_is_none() -> None:
    """Both requests were on the way at the same time."""
    trace = begun().request(path=COUNT_TOKENS, max_tokens=None).request()
    trace.answer(0, body={"input_tokens": 3}).answer(1)
    wrong(before(trace.exits()), "count-after-send")
    unanswered = begun().count(4, content="b").request(path=COUNT_TOKENS, max_tokens=None).message()
    wrong(before(unanswered.exits()), "count-after-send")


def test_never_counting_is_named() -> None:
    """No counting request arrived."""
    verdict = wrong(before(begun().message().exits()), "never-counted")
    assert verdict.facts["sends"] == "1"
    wrong(before(begun().refused(400).prints("42").exits()), "never-counted")


def test_refused_counts_are_named() -> None:
    """The message was sent although its count had failed."""
    refused = begun().request(path=COUNT_TOKENS).answer(status=400, body={"error": {"message": "no"}})
    wrong(before(refused.message().prints("prose tokens: 146\n").exits()), "error-swallowed")
    refused = begun().request(path=COUNT_TOKENS).answer(status=400, body={"error": {"message": "no"}})
    wrong(before(refused.message().prints("no count: no\n").exits()))
    refused = begun().request(path=COUNT_TOKENS).answer(status=400, body={"error": {"message": "no"}})
    wrong(before(refused.message().complains(CRASH_2).exits(1)))
    both_refused = (
        begun().request(path=COUNT_TOKENS).answer(status=400, body={}).refused(400).prints("code tokens: 146\n")
    )
    wrong(before(both_refused.exits()), "error-swallowed")


def test_counting_for_another_model_is_named() -> None:
    """Both models are told."""
    trace = begun().count(3, model="claude-haiku-4-5").message(model="claude-sonnet-4-6")
    verdict = wrong(before(trace.exits()), "counted-other-model")
    assert verdict.facts["counted_model"] == "claude-haiku-4-5"
    assert verdict.facts["sent_model"] == "claude-sonnet-4-6"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"system": "Be brief."}, "system"),
        ({"content": "Why? What is a token?"}, "messages"),
        ({"tools": [{"name": "a"}]}, "tools"),
        ({"tool_choice": {"type": "auto"}}, "tool_choice"),
        ({"thinking": {"type": "enabled", "budget_tokens": 1024}}, "thinking"),
    ],
)
def test_the_field_that_differs_is_named(more: dict[str, object], field: str) -> None:
    """What was counted and what was sent are shown."""
    verdict = wrong(before(begun().count(3).count(9, content="z").message(**more).exits()), "counted-something-else")
    assert verdict.facts["field"] == field
    assert verdict.facts["counted"] != verdict.facts["sent"]
    assert field in verdict.observed


def test_the_nearest_count_is_compared() -> None:
    """Of several counts the one with the fewest differences is shown."""
    trace = begun().count(3, content="b", system="c").count(3).message(system="d")
    assert before(trace.exits()).facts["field"] == "system"


def test_counting_in_parts_is_named() -> None:
    """Both texts were counted, each alone, and sent together."""
    together = [{"role": "user", "content": TEXT}, {"role": "user", "content": CODE[:LENGTH]}]
    wrong(before(counted().message(messages=together).exits()), "counted-in-parts")
    wrong(before(counted().message(content=f"{TEXT}\n\n{CODE[:LENGTH]}").exits()), "counted-in-parts")
    wrong(before(counted().message(content=f"{TEXT} is what I want to know").exits()), "counted-something-else")
    wrong(before(counted().message(content=PROSE * 2 + CODE * 2).exits()), "counted-something-else")


def test_a_trial_message_in_place_of_a_count_is_named() -> None:
    """A reply of one token was bought for its usage."""
    verdict = wrong(
        before(counted().message(content="Why?", max_tokens=1).message(content="Why?").exits()), "probe-by-sending"
    )
    assert verdict.facts["max_tokens"] == "1"
    wrong(before(begun().message(max_tokens=1).message().exits()), "probe-by-sending")


def test_a_short_answer_is_no_trial() -> None:
    """A small limit alone says nothing; nor does one that was counted."""
    wrong(before(begun().message(max_tokens=1).exits()), "never-counted")
    passes(before(begun().count(3).message(max_tokens=1).message().exits()))


def test_several_mistakes_are_all_named() -> None:
    """Each uncounted message is looked at."""
    trace = begun().message(content="a").count(3, content="a").count(4, content="b")
    trace.message(content="b", model="claude-opus-4-8").message(content="c")
    wrong(before(trace.exits()), "count-after-send", "counted-other-model", "counted-something-else")


def test_counting_and_never_sending_is_named() -> None:
    """A count without a message."""
    wrong(before(counted().prints("forecast: $0.002\n").exits()), "counted-never-sent")


def test_doing_nothing_is_not_guessed_at() -> None:
    """Why nothing was sent is said where it can be seen."""
    wrong(before(begun("Anthropic(base_url='http://localhost:1')").exits(1)), "own-api-address")
    wrong(before(begun(MAIN).exits()), "main-never-called")
    skipped_for(before(counted().complains(CRASH_2).exits(1)), "runs")
    wrong(before(begun("print(1)").prints("1").exits()), "never-counted")
    wrong(before(begun().count(3, answered=False).prints("1").exits()))


# ---------------------------------------------------------------- stops_when_too_long


def stops(trace: TraceBuilder) -> Verdict:
    """Judge the run in which counts do not fit."""
    return stops_when_too_long(case_of(trace, read()))


def too_long() -> TraceBuilder:
    """A program that has been told that its text is far too long."""
    return begun(scenario="too_long").count(643_069, content=PROSE)


def test_not_sending_passes_with_any_exit_status() -> None:
    """The program says so and ends, with 0 or another number."""
    for status in (0, 1, 3):
        verdict = passes(stops(too_long().prints("too long\n").exits(status)))
        assert verdict.facts == {"counted_tokens": "643,069", "window": "200,000"}


def test_sending_what_does_not_fit_is_named() -> None:
    """The count was there, and nothing looked at it."""
    verdict = wrong(stops(too_long().message(content=PROSE).exits()), "sent-although-too-long")
    assert verdict.facts["counted_tokens"] == "643,069"
    wrong(stops(too_long().refused(400, "prompt is too long", content=PROSE).exits()), "sent-although-too-long")


def test_a_trimmed_and_counted_text_may_be_sent() -> None:
    """What fits may go; exactly the window fits, one more does not."""
    passes(stops(too_long().count(200_000, content=PROSE[:50]).message(content=PROSE[:50]).exits()))
    wrong(
        stops(too_long().count(200_001, content=PROSE[:50]).message(content=PROSE[:50]).exits()),
        "sent-although-too-long",
    )


def test_a_trimmed_text_that_was_not_counted_again_fails() -> None:
    """Nobody knows whether it fits."""
    wrong(stops(too_long().message(content=PROSE[:50]).exits()))


def test_an_end_from_outside_is_no_end() -> None:
    """The program has to end by itself."""
    wrong(stops(too_long().exits(None, because="time")))
    wrong(stops(too_long().exits(signal=11)))
    wrong(stops(too_long()))


def test_counting_until_nobody_answers_is_no_end() -> None:
    """A loop that only the limit of requests ended; many counts that end in themselves are another thing."""
    many = too_long()
    for _ in range(1_000):
        many.count(643_069, content=PROSE)
    passes(stops(many.exits(1)))
    endless = too_long()
    for _ in range(1_000):
        endless.count(643_069, content=PROSE)
    endless.count(answered=False, content=PROSE).answer(status=429, body={})
    assert wrong(stops(endless.exits(1))).observed == "1,002 requests"
    passes(stops(too_long().count(answered=False, content=PROSE).answer(status=429, body={}).exits(1)))


def test_without_a_count_there_is_nothing_to_stop_for() -> None:
    """The earlier check says so."""
    skipped_for(stops(begun(scenario="too_long").message().exits()), "counts_before_sending")
