"""What a program says about its two counts: the numbers, and which sample is denser."""

from __future__ import annotations

import pytest

from grader.checks.counting import counts_printed, denser
from grader.checks.figures import words
from grader.checks.verdict import Verdict
from grader.trace import COUNT_TOKENS
from tests.checks.cases import case_of
from tests.checks.sampled import CODE, LENGTH, PROSE, begun, counted, read, said
from tests.checks.verdicts import CRASH_2, skipped_for, wrong
from tests.traces import TraceBuilder

TEXT, QUERY = PROSE[:LENGTH], CODE[:LENGTH]


def printed(trace: TraceBuilder | str, functions: TraceBuilder | None = None) -> Verdict:
    """Judge the numbers of a program, or of one that prints this."""
    return counts_printed(case_of(said(trace) if isinstance(trace, str) else trace, functions or read()))


def named(trace: TraceBuilder | str, functions: TraceBuilder | None = None) -> Verdict:
    """Judge the word of a program, or of one that prints this."""
    return denser(case_of(said(trace) if isinstance(trace, str) else trace, functions or read()))


# ---------------------------------------------------------------- counts_printed


@pytest.mark.parametrize(
    "text",
    [
        "prose tokens: 73\ncode tokens: 98\n",
        "Prose tokens (253 characters): 73\nCode tokens (253 characters): 98\n",
        "| prose tokens | 73 |\n| code tokens | 98 |\n",
        '{"prose_tokens": 73, "code_tokens": 98}\n',
    ],
)
def test_the_answered_counts_pass(text: str) -> None:
    """Both labels, each with the count of its sample."""
    verdict = printed(text)
    assert verdict.outcome == "passed"
    assert (verdict.said, verdict.truth) == ("73\n98", "73\n98")
    assert verdict.facts["prose_tokens"] == "73"


def test_the_order_of_the_requests_makes_no_difference() -> None:
    """Which count is whose is told by the texts."""
    trace = begun().count(98, content=QUERY).count(73, content=TEXT)
    assert printed(said(trace=trace)).outcome == "passed"


@pytest.mark.parametrize("text", ["prose tokens: 74\ncode tokens: 98\n", "prose tokens: 73\ncode tokens: 97.9\n"])
def test_one_token_off_is_wrong(text: str) -> None:
    """Counts are exact."""
    verdict = wrong(printed(text))
    assert verdict.truth == "73\n98"
    assert verdict.said != verdict.truth


def test_counts_of_several_lengths_may_be_printed() -> None:
    """One right value for each label is enough, of whichever of its counts."""
    trace = counted(PROSE, CODE).count(50, content=TEXT[:200]).count(66, content=QUERY[:200])
    assert printed(said("prose tokens: 50\ncode tokens: 66\n", trace)).outcome == "passed"


def test_exchanged_counts_are_named() -> None:
    """Each label has the other's number."""
    wrong(printed("prose tokens: 98\ncode tokens: 73\n"), "samples-exchanged")


@pytest.mark.parametrize(
    ("prose", "code"),
    [
        (len(TEXT.split()), len(QUERY.split())),
        (len(TEXT), len(QUERY)),
        (len(TEXT) // 4, len(QUERY) // 4),
        (len(PROSE) // 4, len(CODE) // 4),
        (len(TEXT.split()), 98),
    ],
    ids=["words", "characters", "a quarter", "a quarter of the whole", "one of the two"],
)
def test_counting_by_hand_is_named(prose: int, code: int) -> None:
    """The number is that of the words, of the characters, or a quarter of them."""
    verdict = wrong(printed(f"prose tokens: {prose}\ncode tokens: {code}\n"), "counted-by-hand")
    assert verdict.facts["by_hand"] == f"the prose: {words(TEXT)}"
    assert verdict.facts["label"] == "prose tokens"
    assert verdict.expected == "73"


def test_numbers_typed_in_can_be_told_over_several_runs() -> None:
    """What was said and what was true are both noted."""
    verdict = wrong(printed("prose tokens: 146\ncode tokens: 203\n"))
    assert (verdict.said, verdict.truth) == ("146\n203", "73\n98")


def test_numbers_without_their_labels_are_named() -> None:
    """The right numbers are on the screen."""
    verdict = wrong(printed("73 for the prose\n98 for the code\n"), "label-missing")
    assert verdict.facts["label"] == "prose tokens"
    assert verdict.expected == "73"
    verdict = wrong(printed("prose tokens: 73\n98 for the code\n"), "label-missing")
    assert verdict.facts["label"] == "code tokens"


def test_no_numbers_at_all_are_not_called_unlabelled() -> None:
    """Neither label nor number."""
    wrong(printed("Done.\n"))
    skipped_for(printed(counted().complains(CRASH_2).exits(1)), "runs")


def test_a_list_of_guesses_is_named() -> None:
    """The right ones are among them, and that is not enough."""
    text = "".join(f"prose tokens: {guess}\n" for guess in range(200)) + "code tokens: 98\n"
    verdict = wrong(printed(text), "list-of-guesses")
    assert verdict.facts["label"] == "prose tokens"


def test_samples_that_cannot_be_told_apart_are_not_judged() -> None:
    """Without the module's names, with one text in both, or with one sample counted twice."""
    for functions in (read(PROSE=None, CODE=None), read(CODE=PROSE)):
        skipped_for(printed(said(), functions), "counts_both_samples")
        skipped_for(named(said(), functions), "counts_both_samples")
    skipped_for(printed(said(trace=counted(code=TEXT))), "counts_both_samples")
    skipped_for(printed(begun().message().exits()), "counts_both_samples")


@pytest.mark.parametrize("missing", ["PROSE", "CODE"])
def test_one_name_is_enough_to_tell_two_samples_apart(missing: str) -> None:
    """What is not the one is the other."""
    assert printed(said(), read(**{missing: None})).outcome == "passed"
    assert printed("prose tokens: 98\ncode tokens: 73\n", read(**{missing: None})).outcome == "failed"


def test_a_text_that_shares_with_both_is_the_one_that_it_shares_more_of() -> None:
    """A little code in the prose does not make it code."""
    mixed = PROSE + CODE[:120]
    trace = begun().count(80, content=mixed[:300]).count(98, content=CODE)
    text = "prose tokens: 80\ncode tokens: 98\n"
    assert printed(said(text, trace), read(PROSE=mixed)).outcome == "passed"


def test_values_without_an_answered_count_are_made_up() -> None:
    """The API refused everything, and the program printed values all the same."""
    for check in (printed, named):
        trace = begun().request(path=COUNT_TOKENS).answer(status=400, body={}).prints("prose tokens: 146\n")
        wrong(check(trace.exits()), "error-swallowed")
        silent = begun().request(path=COUNT_TOKENS).answer(status=400, body={})
        skipped_for(check(silent.exits()), "counts_both_samples")


# ---------------------------------------------------------------- denser


@pytest.mark.parametrize(
    "text",
    [
        "denser: code\n",
        "Denser = CODE\n",
        "**denser sample:** code\n",
        "denser\ncode\n",
        "Code is denser than prose.\n",
        "denser: code (98 against 73 tokens of prose)\n",
        "Which is denser, prose or code?\ndenser: code\n",
        "Denser: prose or code?\ndenser: code\n",
        '{\n  "denser": "code"\n}\n',
        "Denser\n------\ncode\n(denser: more tokens for as many signs, in code as in prose)\n",
        "| denser | code |\nDenser means more tokens, be it in code or in prose.\n",
        "Code is denser than prose.\nA denser text costs more, be it code or prose.\n",
    ],
)
def test_the_sample_with_more_tokens_passes(text: str) -> None:
    """However it is said."""
    verdict = named(text)
    assert verdict.outcome == "passed", verdict
    assert (verdict.said, verdict.truth) == ("code", "code")


def test_both_samples_named_are_told_as_both() -> None:
    """No comparison is the wrong way round where there is none."""
    counts = "prose tokens: 73\ncode tokens: 98\n"
    for text in ("denser: code\ndenser: prose\n", "denser: prose\ndenser: code\n"):
        verdict = wrong(named(counts + text))
        assert "names both samples" in verdict.message
        assert "The code has more tokens" in verdict.message
        assert verdict.said == ""  # two words in every scenario are not a word typed in
    wrong(named("denser: prose\n"), "denser-backwards")
    assert "both" not in wrong(named(counts + "denser: prose\ndenser: prose\n"), "denser-backwards").message


@pytest.mark.parametrize("text", ["denser: prose\n", "Prose is denser than code.\n"])
def test_the_other_sample_fails(text: str) -> None:
    """On a line of its own, or in a sentence."""
    verdict = wrong(named("prose tokens: 73\ncode tokens: 98\n" + text), "denser-backwards")
    assert verdict.truth == verdict.expected == "code"


def test_the_answer_of_the_model_says_nothing_for_the_program() -> None:
    """What the model wrote about density is not the conclusion."""
    reply = "Here denser: prose is meant."
    trace = counted().prints("denser: code\n").message(content=TEXT, text=reply).prints(reply + "\n").refused()
    assert named(trace.exits()).outcome == "passed"


def test_equal_counts_have_no_wrong_answer() -> None:
    """Neither sample is denser."""
    for word in ("prose", "code"):
        assert named(said(f"denser: {word}\n", counted(prose_tokens=98))).outcome == "passed"


def test_nothing_said_fails() -> None:
    """No line names a sample after the label."""
    verdict = wrong(named("code it is\n"))
    assert verdict.facts["label"] == "denser"
    skipped_for(named(counted().prints("prose tokens: 73\n").complains(CRASH_2).exits(1)), "runs")


def test_a_right_conclusion_from_exchanged_numbers_is_told() -> None:
    """The comparison is right and its numbers are not."""
    wrong(named("prose tokens: 98\ncode tokens: 73\ndenser: prose\n"), "samples-exchanged")
    prose, code = len(TEXT.split()), len(QUERY.split())
    assert prose > code
    wrong(named(f"prose tokens: {prose}\ncode tokens: {code}\ndenser: prose\n"), "counted-by-hand")
    wrong(named("prose tokens: 300\ncode tokens: 200\ndenser: prose\n"))
    wrong(named("prose tokens: 73\ncode tokens: 73\ndenser: prose\n"), "denser-backwards")


def test_samples_of_unequal_length_have_a_conclusion_too() -> None:
    """The lengths are another check's."""
    assert named(said("denser: code\n", counted(PROSE, CODE))).outcome == "passed"


def test_each_of_several_comparisons_may_be_named() -> None:
    """At one length the prose is denser and at another the code."""
    trace = counted().count(60, content=TEXT[:200]).count(50, content=QUERY[:200])
    assert named(said("at 253, denser: code\nat 200, denser: prose\n", trace)).outcome == "passed"
    assert named(said("denser: code\ndenser: prose\n", trace)).outcome == "passed"


def test_a_word_lost_in_the_pipe_is_told_as_that() -> None:
    """A program that is killed for time may have printed into its buffer; one that crashed had not."""
    late = named(counted().prints("prose tokens: 73\n").exits(None, because="time"))
    assert late.message.startswith("Nothing of this had come out of the program's pipe when it was stopped.")
    crashed = named(counted().complains(CRASH_2).exits(1))
    assert crashed.message.startswith("The program stopped before it printed this. It ended with KeyError")


@pytest.mark.parametrize("signs", [":" * 100_000, "::::\t" * 20_000, "_a" * 100_000, " -" * 100_000])
def test_a_line_of_signs_is_read_in_one_pass(signs: str) -> None:
    """What a hostile program prints after `denser` costs no more than its length."""
    text = f"prose tokens: 73\ncode tokens: 98\ndenser {signs}\ndenser: code\n"
    assert named(text).outcome == "passed"
