"""Whether the printed cost is that of the call."""

from __future__ import annotations

import pytest

from grader.checks.cost import cost_printed, stream_cost
from grader.checks.verdict import Verdict
from tests.checks.cases import case_of, probed, right_cost
from tests.traces import TraceBuilder

COUNTS = "input tokens: 21\noutput tokens: 77\n"  # $0.000406 on claude-haiku-4-5


def judged(printed: str, builder: TraceBuilder | None = None, *, source: str = "", status: int = 0) -> Verdict:
    builder = builder or TraceBuilder(source=source).message(
        usage=(21, 77), text="A b c d e f.", content="Please say it aloud"
    )
    return cost_printed(case_of(builder.prints(printed).exits(status)))


def test_a_cost_that_is_right_by_chance_fits_the_loss_of_digits_too() -> None:
    """Four or five decimals are enough for this cost, and may be too few for another: the other scenarios tell."""
    assert "rounded-away" in judged(COUNTS + "cost: 0.0004\n").misconceptions
    assert "rounded-away" in judged(COUNTS + "cost: 0.00041\n").misconceptions
    assert "rounded-away" not in judged(COUNTS + "cost: 0.000406\n").misconceptions


@pytest.mark.parametrize(("decimals", "misconceptions"), [(2, ("rounded-away",)), (9, ())])
def test_a_zero_with_all_its_decimals_is_explained_by_a_function_that_rounds(
    decimals: int, misconceptions: tuple[str, ...]
) -> None:
    """The function threw the digits away, and the print shows six decimals of what is left."""
    functions = probed(call_cost=lambda i, o: round(right_cost(i, o), decimals))
    trace = TraceBuilder().message(usage=(21, 77)).prints(COUNTS + "cost: $0.000000\n").exits()
    assert cost_printed(case_of(trace, functions)).misconceptions == misconceptions


def two_calls(second: str = "claude-haiku-4-5") -> TraceBuilder:
    """Two calls, $0.000406 and $0.000500 (on claude-haiku-4-5), $0.000906 together."""
    return TraceBuilder().message(usage=(21, 77)).message(usage=(40, 92), model=second)


@pytest.mark.parametrize(
    "printed",
    [
        "cost: $0.000406",
        "cost: 0.00041",
        "cost: 0.00040",
        "COST 0.0406 cents",
        "cost=4.06e-04",
        "cost: 0.00040600000000000006",
    ],
)
def test_the_right_cost_passes(printed: str) -> None:
    """Exact, rounded or cut to two digits, in cents, or with the noise of a float."""
    assert judged(COUNTS + printed + "\n").outcome == "passed"


@pytest.mark.parametrize(
    ("value", "misconception"),
    [
        ("0.000182", "prices-swapped"),
        ("0.000098", "one-price-input"),
        ("0.00049", "one-price-output"),
        ("0.000294", "prices-averaged"),
        ("0.000588", "prices-summed"),
        ("0.000021", "output-missing"),
        ("0.000385", "input-missing"),
        ("0.406", "per-thousand"),
        ("406", "not-divided"),
        ("0.0406", "cents-as-dollars"),
        ("$0.00", "rounded-away"),
        ("0", "rounded-away"),
        ("0.001521", "max-tokens-as-output"),
        ("0.001218", "other-models-price"),
        ("0.00203", "other-models-price"),
    ],
)
def test_a_wrong_cost_is_named_by_its_formula(value: str, misconception: str) -> None:
    """Every mistake of the catalogue gives a number of its own."""
    verdict = judged(f"{COUNTS}cost: {value}\n")
    assert (verdict.outcome, verdict.misconceptions) == ("failed", (misconception,))
    assert verdict.expected == "$0.000406"
    assert verdict.facts["cost"] == "$0.000406"


@pytest.mark.parametrize("value", ["0.000407", "0.00045", "1.23", "0.000000", "-0.000406"])
def test_a_wrong_cost_that_fits_nothing_has_no_name(value: str) -> None:
    """A zero with enough decimals to show the cost is not rounded away."""
    verdict = judged(f"{COUNTS}cost: {value}\n")
    assert (verdict.outcome, verdict.misconceptions) == ("failed", ())


def test_a_single_digit_is_rounded_away_where_it_is_not_cut_off() -> None:
    """$0.0004 is $0.00040, cut off; $0.0005 for $0.000456 is neither that nor two digits."""
    assert judged(f"{COUNTS}cost: $0.0004\n").outcome == "passed"
    verdict = judged("cost: $0.0005\n", TraceBuilder().message(usage=(71, 77)))
    assert (verdict.outcome, verdict.misconceptions) == ("failed", ("rounded-away",))


def test_a_zero_is_a_lost_fraction_where_the_source_divides_so() -> None:
    """Two slashes explain every zero."""
    for value in ("0", "0.000000"):
        verdict = judged(f"{COUNTS}cost: {value}\n", source="cost = (i + 5 * o) // 1_000_000\n")
        assert verdict.misconceptions == ("floor-division",)


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("$0,000406", "`0,000406` has a comma where a decimal point is read: print `0.000406`, and then it is right."),
        ("0,000182", "`0,000182` has a comma where a decimal point is read: print `0.000182`."),
    ],
)
def test_a_decimal_comma_is_no_rounding(printed: str, said: str) -> None:
    """It fails as before, is not called rounded away, and the student learns how to write it."""
    verdict = judged(f"{COUNTS}cost: {printed}\n")
    assert (verdict.outcome, verdict.misconceptions) == ("failed", ())
    assert verdict.observed == printed.removeprefix("$")
    assert verdict.message.endswith(said)
    assert verdict.facts["decimal_comma"] == verdict.observed


def test_a_comma_between_two_values_is_no_decimal_comma() -> None:
    """A row of values: the mistake keeps its name."""
    verdict = judged(f"{COUNTS}cost: 0.000182 for 21,77\n")
    assert verdict.misconceptions == ("prices-swapped",)
    assert "comma" not in verdict.message


@pytest.mark.parametrize("beside", ["call 0", "12:00", "0 errors", "0%"])
def test_a_zero_that_is_no_amount_was_not_rounded(beside: str) -> None:
    """Of a clock, a list, a number of errors."""
    assert judged(f"{COUNTS}cost, {beside}: 0.000182\n").misconceptions == ("prices-swapped",)


def test_a_comma_between_thousands_is_no_decimal_comma() -> None:
    """A grouped number is wrong for another reason."""
    assert "comma" not in judged(f"{COUNTS}cost: $1,406\n").message


def forty_words() -> TraceBuilder:
    """A prompt of 4 words and an answer of 40."""
    return TraceBuilder().message(usage=(21, 77), text="word " * 40, content="Please say it aloud")


def test_costs_from_counts_made_by_hand_are_named() -> None:
    """The words of prompt and answer, priced; two digits of it would fit too many stories."""
    verdict = judged(f"cost: {(4 + 40 * 5) / 1e6:.6f}\n", forty_words())
    assert verdict.misconceptions[:1] == ("counted-by-hand",)
    assert (verdict.observed, verdict.facts["observed"]) == ("0.000204", "0.000204")
    assert judged("cost: 0.00020\n", forty_words()).misconceptions == ()


@pytest.mark.parametrize(
    ("tokens", "told"),
    [
        ((4, 40), "the prompt: 4 words, 19 characters; the answer: 40 words, 200 characters"),
        ((21, 40), "the answer: 40 words, 200 characters"),
        ((4, 77), "the prompt: 4 words, 19 characters"),
    ],
)
def test_a_cost_by_hand_is_told_with_the_texts_it_is_of(tokens: tuple[int, int], told: str) -> None:
    """The figures are those of the texts that were counted."""
    verdict = judged(f"cost: {(tokens[0] + tokens[1] * 5) / 1e6:.6f}\n", forty_words())
    assert (verdict.misconceptions[0], verdict.facts["by_hand"]) == ("counted-by-hand", told)


def test_a_cost_beside_the_right_counts_was_not_counted_by_hand() -> None:
    """The counts that the program prints are the API's: whatever the amount fits, they were read."""
    assert judged(f"{COUNTS}cost: {(4 + 40 * 5) / 1e6:.6f}\n", forty_words()).misconceptions == ()


def test_an_amount_that_fits_rounding_was_not_counted_by_hand() -> None:
    """$0.0005 for $0.000536 is rounded, though 20 words in and 96 out would cost as much to the last digit."""
    trace = TraceBuilder().message(usage=(56, 96), text="a " * 96, content="b " * 20)
    verdict = judged("cost: $0.000500\n", trace)
    assert verdict.misconceptions == ("rounded-away",)


@pytest.mark.parametrize(
    ("value", "misconceptions"),
    [
        ("0.0003", ()),  # 0.00029
        ("0.000300", ()),  # by a function that rounds: its zeros are no digits of the amount
        ("0.00029", ("prices-averaged",)),
        ("0.000290", ("prices-averaged",)),
        ("0.0294 cents", ("prices-averaged",)),
    ],
)
def test_one_digit_is_not_enough_to_name_a_formula(value: str, misconceptions: tuple[str, ...]) -> None:
    """$0.000294 is the cost at the average price; of $0.0003 nobody can say where it comes from."""
    assert judged(f"{COUNTS}cost: {value}\n").misconceptions == misconceptions


def test_written_zeros_are_digits_where_the_amount_has_them() -> None:
    """All tokens at the output price make $0.000805 here, and $0.00080 is that cut to two digits."""
    for value in ("0.00080", "0.080 cents"):
        verdict = judged(f"cost: {value}\n", TraceBuilder().message(usage=(101, 60)))
        assert verdict.misconceptions == ("one-price-output",)


def test_the_other_model_is_named() -> None:
    """The model whose prices fit is a fact; the message speaks of the model in the request."""
    verdict = judged(f"{COUNTS}cost: 0.001218\n")
    assert verdict.facts["other_model"] == "claude-sonnet-4-6"
    assert "claude-haiku-4-5 21 tokens in and 77 out cost $0.000406" in verdict.message


def test_the_right_number_without_its_label_is_told() -> None:
    """The cost under another name."""
    assert judged(f"{COUNTS}price: $0.000406\n").misconceptions == ("label-missing",)
    assert judged(f"{COUNTS}price: $0.000407\n").misconceptions == ()


def test_of_several_calls_the_right_number_without_its_label_is_that_which_stands_there() -> None:
    """The totals' cost, or that of the second call."""
    for amount in ("0.000906", "0.000500"):
        verdict = judged(f"price: ${amount}\n", two_calls())
        assert (verdict.misconceptions, verdict.expected.rstrip("0")) == (("label-missing",), f"${amount}".rstrip("0"))


def test_a_list_of_guesses_is_told() -> None:
    """Eleven costs for one call."""
    guesses = "".join(f"cost: 0.0004{n:02}\n" for n in range(11))
    assert judged(COUNTS + guesses).misconceptions == ("list-of-guesses",)


@pytest.mark.parametrize(
    "printed",
    [
        "cost: 406 micro-dollars",
        "cost: 406 (in microdollars)",
        "cost: 406 µ$",
        "cost: 0.0406 ct",
        "cost: 0.0406% of a dollar",
        "cost: 406 μUSD",
        "cost (micro-dollars): 406",
        "cost_micros: 406",
        "cost: 406 millionths of a dollar",
        "cost: 0.406 millidollars",
        "cost: 0.406 m$",
        "cost: 406 uUSD",
    ],
)
def test_a_stated_small_unit_is_no_mistake_of_the_formula(printed: str) -> None:
    """The number is right in its unit; the message names the unit, which is not read."""
    for end in ("\n", ""):
        verdict = judged(f"{COUNTS}{printed}{end}")
        assert (verdict.outcome, verdict.misconceptions) == ("failed", ())
        assert "a unit that is not read: print the amount in dollars." in verdict.message


@pytest.mark.parametrize(
    "printed", ["cost: 406\n(a microscope costs more)", "cost: 406 for 1 in millionths", "cost: 406"]
)
def test_a_unit_elsewhere_excuses_no_formula(printed: str) -> None:
    """Only a unit that stands beside the number is the number's."""
    assert judged(f"{COUNTS}{printed}\n").misconceptions == ("not-divided",)


# ---------------------------------------------------------------- several calls


def test_the_cost_must_be_of_the_call_whose_counts_are_printed() -> None:
    """The other call's cost is right for the other call only."""
    assert judged(f"{COUNTS}cost: 0.000406\n", two_calls()).outcome == "passed"
    assert judged(f"{COUNTS}cost: 0.000500\n", two_calls()).misconceptions == ("calls-mixed",)
    assert judged("input tokens: 61\noutput tokens: 169\ncost: 0.000906\n", two_calls()).outcome == "passed"


def test_a_cost_of_one_call_beside_totals_is_told_as_that() -> None:
    """Not every printed value is one call's then, and the message says which are the totals."""
    totals = "input tokens: 61\noutput tokens: 169\n"
    wrong = judged(f"{totals}cost: 0.000500\n", two_calls())
    assert (wrong.outcome, wrong.misconceptions) == ("failed", ())
    assert "are the totals of all 2 calls, and 0.000500 is the cost of call 2 alone" in wrong.message
    other = judged(f"{COUNTS}cost: 0.000906\n", two_calls())
    assert (other.outcome, other.misconceptions) == ("failed", ())
    assert "are those of one call, and 0.000906 is the cost of all 2 calls together" in other.message
    assert "alone" not in judged(f"{totals}cost: 0.000777\n", two_calls()).message
    both = judged(f"{COUNTS}{totals}cost: 0.000777\n", two_calls())
    assert (both.outcome, "together" in both.message) == ("failed", False)


def test_the_cost_may_be_of_any_call_where_the_counts_are_wrong() -> None:
    """Wrong counts are one fault, and cost no second mark."""
    for cost in ("0.000406", "0.000500", "0.000906"):
        assert judged(f"cost: {cost}\n", two_calls()).outcome == "passed"


def test_a_cost_of_two_halves_is_named() -> None:
    """The input of one call and the output of the other."""
    assert judged(f"{COUNTS}cost: {(21 + 92 * 5) / 1e6:.6f}\n", two_calls()).misconceptions == ("calls-mixed",)


def test_totals_of_two_models_are_priced_apart() -> None:
    """Each call at the price of its own model."""
    printed = "input tokens: 61\noutput tokens: 169\n"
    total = 0.000406 + 3 * 0.0005
    assert judged(f"{printed}cost: {total:.6f}\n", two_calls("claude-sonnet-4-6")).outcome == "passed"
    wrong = judged(f"{printed}cost: {0.000182 + 3 * (40 * 5 + 92) / 1e6:.6f}\n", two_calls("claude-sonnet-4-6"))
    assert wrong.misconceptions == ("prices-swapped",)


# ---------------------------------------------------------------- models without a price


def test_a_total_of_two_models_names_both() -> None:
    """At the price of one of them the sum is another one."""
    verdict = judged("input tokens: 61\noutput tokens: 169\ncost: 0.0099\n", two_calls("claude-sonnet-4-6"))
    assert "at the prices of claude-haiku-4-5 and claude-sonnet-4-6" in verdict.message


@pytest.mark.parametrize(("total", "misconceptions"), [("total: $0.000406", ("label-missing",)), ("", ())])
def test_a_cost_in_two_parts_misses_neither(total: str, misconceptions: tuple[str, ...]) -> None:
    """Input and output are both there; their sum is missing, or its label."""
    verdict = judged(f"{COUNTS}input cost: $0.000021\noutput cost: $0.000385\n{total}\n")
    assert (verdict.outcome, verdict.misconceptions) == ("failed", misconceptions)
    assert "sum" in verdict.message


def test_a_wrong_sum_beside_its_parts_is_named_by_its_own_mistake() -> None:
    """A third number is what the program takes for the cost."""
    verdict = judged(f"{COUNTS}input cost: $0.000021\noutput cost: $0.000385\ncost: $0.0\n")
    assert (verdict.outcome, verdict.misconceptions) == ("failed", ("rounded-away",))
    assert verdict.facts["observed"] == "$0.0" and "sum" not in verdict.message


def test_a_cost_of_no_tokens_is_not_rounded_away() -> None:
    """Where the counts on the screen are 0 too, no digit was lost."""
    verdict = judged("input tokens: 0\noutput tokens: 0\ncost: 0.0\n")
    assert (verdict.outcome, verdict.misconceptions) == ("failed", ())
    assert judged("input tokens: None\noutput tokens: None\ncost: 0.0\n").misconceptions == ()
    for counts in (COUNTS, "21 and 77\n"):
        assert judged(f"{counts}cost: 0.0\n").misconceptions == ("rounded-away",)


def test_a_model_without_a_price_is_told_and_not_guessed() -> None:
    """The message names the model and those that have a price."""
    verdict = judged(f"{COUNTS}cost: 0.000406\n", TraceBuilder().message(model="claude-next", usage=(21, 77)))
    assert (verdict.outcome, verdict.misconceptions) == ("failed", ())
    assert "'claude-next'" in verdict.message
    assert "claude-haiku-4-5, claude-sonnet-4-6 and claude-opus-4-8" in verdict.message


def test_one_model_without_a_price_leaves_the_other_call() -> None:
    """The total is unknown; the priced call can be right."""
    assert judged("cost: 0.000406\n", two_calls("claude-next")).outcome == "passed"
    assert judged("cost: 0.0005\n", two_calls("claude-next")).outcome == "failed"


# ---------------------------------------------------------------- nothing to judge


def test_without_an_answer_a_cost_is_made_up_or_missing() -> None:
    """Printed: failed. Not printed: not judged."""
    assert judged("cost: 0.000406\n", TraceBuilder()).outcome == "failed"
    assert judged("hello\n", TraceBuilder()).because == "calls_api"


def test_a_cost_that_a_crash_kept_away_is_not_judged() -> None:
    """The crash stands in the way."""
    assert judged(COUNTS, status=1).because == "runs"


def test_a_right_cost_that_a_mistake_gives_too_says_so() -> None:
    """With one digit more the two would part."""
    assert judged(f"{COUNTS}cost: 0.000406\n").misconceptions == ()
    builder = TraceBuilder().message(usage=(21, 300), max_tokens=300)
    assert judged("cost: 0.001521\n", builder).misconceptions == ("max-tokens-as-output",)


# ---------------------------------------------------------------- the streamed call


def streamed(printed: str, *, more: bool = False, status: int = 0) -> Verdict:
    """A plain call (26 in, 206 out: $0.001056), a stream (26 in, 587 out: $0.002961), perhaps a third call."""
    builder = TraceBuilder("exercise3").message(usage=(26, 206)).stream(usage=(26, 587), start_output_tokens=2)
    if more:
        builder.message(usage=(26, 301))
    return stream_cost(case_of(builder.prints("\n" + printed).exits(status)))


@pytest.mark.parametrize(
    ("printed", "misconceptions"),
    [
        ("cost: 0.001056", ("usage-from-create",)),
        ("cost: 0.001531", ("usage-by-second-call",)),
        ("cost: 0.000036", ("usage-from-start",)),
        ("cost: 0.002971", ("usage-summed",)),
        ("cost: 0.000613", ("one-price-input",)),
        ("cost: 0.001056\nstreamed: 0.002961", ("label-missing",)),
        ("cost: 0.004017", ()),
        ("hello", ()),
    ],
)
def test_the_cost_of_a_stream_is_its_own(printed: str, misconceptions: tuple[str, ...]) -> None:
    """Neither the plain call's, nor a later one's, nor that of counts which were not final."""
    assert streamed("cost: $0.002961").outcome == "passed"
    verdict = streamed(printed, more=True)
    assert (verdict.outcome, verdict.misconceptions) == ("failed", misconceptions)


def test_the_cost_of_a_stream_that_nothing_read_is_named_so() -> None:
    """Where the program took nothing of the stream, that is the reason."""
    builder = TraceBuilder("exercise3").message().request(stream=True).begin().piece("The first", shown=False)
    builder.end(how="gone", unsent=[" and the second."]).prints("<Stream object>\n").exits()
    assert stream_cost(case_of(builder)).misconceptions == ("stream-never-read",)


def test_without_a_stream_its_cost_is_not_judged() -> None:
    """A plain call alone has no streamed cost."""
    builder = TraceBuilder("exercise3").message().prints("cost: 0.000406\n").exits()
    assert stream_cost(case_of(builder)).because == "create_then_stream"
    assert stream_cost(case_of(TraceBuilder("exercise3").prints("cost: 1\n").exits())).outcome == "failed"
